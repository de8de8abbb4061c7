import Statistics
import Testing

@Suite("Distributions")
struct DistributionTests {
    /// R 4: qnorm(c(.975, .999, 1e-10, .5), 17 digits).
    @Test func normalQuantilesAreThoseOfR() {
        #expect(near(NormalDistribution.quantile(0.975), 1.959963984540054, 1e-14))
        #expect(near(NormalDistribution.quantile(0.999), 3.090232306167813, 1e-14))
        #expect(near(NormalDistribution.quantile(1e-10), -6.361340902404056, 1e-13))
        #expect(near(NormalDistribution.quantile(0.5), 0, 1e-15))
    }

    /// Closed forms: one degree of freedom is Cauchy, two have t = (2p−1)/√(2p(1−p)), four have a cubic.
    @Test(arguments: [0.0005, 0.025, 0.3, 0.5, 0.7, 0.975, 0.9995])
    func studentQuantilesAreThoseOfTheClosedForms(p: Double) {
        let two = (2 * p - 1) / (2 * p * (1 - p)).squareRoot()
        #expect(near(StudentDistribution.quantile(p, degreesOfFreedom: 2), two, 1e-12 * max(1, abs(two))))
        let one = StudentDistribution.quantile(p, degreesOfFreedom: 1)
        #expect(near(StudentDistribution.cumulative(one, degreesOfFreedom: 1), p, 1e-14))
    }

    @Test(arguments: [1, 2, 3, 5, 9.5, 30, 385, 10_000, 1e7])
    func studentQuantilesInvertTheDistribution(degrees: Double) {
        for p in stride(from: 0.001, through: 0.999, by: 0.0499) {
            let t = StudentDistribution.quantile(p, degreesOfFreedom: degrees)
            #expect(near(StudentDistribution.cumulative(t, degreesOfFreedom: degrees), p, 1e-12))
        }
    }

    @Test func studentNearsTheNormalDistribution() {
        let student = StudentDistribution.quantile(0.975, degreesOfFreedom: 1e9)
        #expect(near(student, NormalDistribution.quantile(0.975), 1e-8))
    }
}
