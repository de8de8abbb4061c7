import Foundation
import Testing

@testable import Statistics

@Suite("Directions of times of day")
struct ClockAnglesTests {
    @Test func theyAreThoseOfTheSineAndTheCosine() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SplitMixGenerator(seed: seed)
        let angles = ClockAngles()
        for number in 0..<100_000 {
            let second = Int(generator.next() % 86_400)
            let microsecond = number % 2 == 0 ? 0 : Int(generator.next() % 1_000_000)
            let direction = angles.direction(second: second, microsecond: microsecond)
            let time: Double = Double(second) + Double(microsecond) / 1e6
            let angle: Double = 2 * Double.pi * time / 86_400
            let (sine, cosine) = (abs(direction.sine - sin(angle)), abs(direction.cosine - cos(angle)))
            #expect(sine < 4e-15 && cosine < 4e-15, "seed \(seed): \(second) s \(microsecond) µs")
        }
    }
}
