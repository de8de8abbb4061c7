import Statistics
import Testing

@Suite("Concentration agrees with PySAL and scipy")
struct ConcentrationTests {
    @Test func allVectorsHaveTheReferenceMeasures() throws {
        let cases = try Golden.cases("concentration/vectors.json")
        #expect(cases.count > 3)
        for item in cases {
            // Hundredths, so that the vectors with decimals are whole.
            let values = item.numbers("values").map { Int64(($0 * 100).rounded()) }
            let expected = item.object("expected")
            let measured = Concentration(values)
            #expect(measured.count == Int(expected.number("n")))
            #expect(near(measured.gini, expected.number("gini")))
            if values.count > 1 {
                #expect(near(measured.unbiasedGini, expected.number("gini_unbiased")))
                #expect(near(measured.normalisedHerfindahl, expected.number("hhi_normalised")))
            }
            #expect(near(measured.herfindahl, expected.number("hhi")))
            #expect(near(measured.effectiveCount, expected.number("effective_customers")))
            #expect(near(measured.entropy, expected.number("shannon_entropy_nats")))
            for (name, part) in [
                ("top_1pct", 0.01), ("top_5pct", 0.05), ("top_20pct", 0.2), ("top_50pct", 0.5),
            ] {
                let share = expected.object(name)
                #expect(near(measured.topShare(part), share.number("whole_customers")))
                #expect(near(measured.interpolatedTopShare(part), share.number("interpolated")))
            }
            #expect(near(measured.largestShare, expected.number("largest_share")))
            #expect(measured.holders(forPercent: 80) == Int(expected.number("customers_for_80pct")))
        }
    }

    @Test func nothingHeldHasNoConcentration() {
        let nothing = Concentration([0, 0, 0] as [Int64])
        #expect(nothing.gini == nil && nothing.herfindahl == nil && nothing.topShare(0.2) == nil)
        #expect(Concentration([] as [Int64]).gini == nil)
    }

    @Test func aBaseTakenTwiceHasTheSameGiniAndHalfTheIndex() {
        let values: [Int64] = [5, 1, 8, 2, 4, 0, 77]
        let once = Concentration(values)
        let twice = Concentration(values + values)
        #expect(near(twice.gini, once.gini ?? .nan, 1e-15))
        #expect(near(twice.herfindahl, (once.herfindahl ?? .nan) / 2, 1e-15))
    }

    @Test func evennessIsEntropyOverTheChannelsOffered() {
        let shares = [3, 6, 0, 1, 2].map { Double($0) / 12 }
        #expect(near(Evenness.entropy(shares: shares), 1.198849312913621))
        #expect(near(Evenness.evenness(shares: shares, classes: 5), 0.7448869593860203))
        #expect(Evenness.evenness(shares: [1], classes: 1) == 0)
    }
}
