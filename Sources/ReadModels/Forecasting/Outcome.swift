import Events
public import Projection

/// What one customer did in the days after a point.
public struct Outcome: Sendable, Equatable {
    /// Days with a purchase that counts.
    public let purchaseDays: Int
    /// Net revenue, in minor units of the reporting currency.
    public let spend: Int64

    /// Nothing.
    public static let nothing = Outcome(purchaseDays: 0, spend: 0)

    /// What the customers of a base did until the point of a later one, whose window (``PolicyDocument/counting(days:)``)
    /// is the days between. Who was merged since then did what the one who goes on did.
    public static func outcomes(of base: Base, in later: Base) -> [Outcome] {
        let measures = later.measures(ValueModel.self)
        return base.customers.map { customer in
            guard let index = later.index(of: later.context.identity.root(of: customer)) else {
                return .nothing
            }
            return Outcome(
                purchaseDays: Int(measures[index].windowDays), spend: measures[index].windowNet)
        }
    }
}

extension PolicyDocument {
    /// The same policy with frequency and money counted in the trailing days only.
    public func counting(days: Int) -> PolicyDocument {
        replacing("rfm.window_days", by: .number(Double(days)))
    }

    /// The same policy with another horizon of churn risk.
    public func withChurnHorizon(days: Int) -> PolicyDocument {
        replacing("churn.horizon_days", by: .number(Double(days)))
    }

    /// The same policy but for one parameter, under a hash of its own.
    private func replacing(_ path: String, by value: JSONValue) -> PolicyDocument {
        PolicyDocument(
            parameters: Self.replaced(parameters, path.split(separator: ".")[...], value),
            hash: "\(hash), \(path) \(value.canonicalText)", position: position)
    }

    private static func replaced(
        _ document: JSONValue, _ path: ArraySlice<Substring>, _ value: JSONValue
    ) -> JSONValue {
        guard let name = path.first.map(String.init) else { return value }
        var object = document.objectValue ?? JSONObject()
        object[name] = replaced(object[name] ?? .null, path.dropFirst(), value)
        return .object(object)
    }
}
