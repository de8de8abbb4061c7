/// The names of CloudEvents 1.0.2 attributes that mean something to Daybook.
public enum Reserved {
    /// The members that an event must have here.
    public static let required = ["specversion", "id", "source", "type", "time", "data"]
    /// CloudEvents' own attributes that an event may have.
    public static let optional = ["subject", "datacontenttype", "dataschema"]
    /// Extension attributes that Daybook reads or keeps under their usual meaning.
    public static let extensions = [
        "recordedtime", "sourcerecordedtime", "correlationid", "causationid", "sequence", "partitionkey",
        "authtype", "authid", "traceparent", "tracestate",
    ]
    /// What only the ledger writes, into the events that it stores: the HMAC by which a repeat of an event
    /// with personal fields is recognised.
    public static let contentMac = "contentmac"
    /// The source of the ledger's own events, which nobody else may use.
    public static let ledgerSource = "daybook:"
    /// The kinds of principal that `authtype` may name (CloudEvents' auth context extension).
    public static let authTypes = [
        "app_user", "user", "service_account", "api_key", "system", "unauthenticated", "unknown",
    ]
    /// The most characters of an attribute's name, as CloudEvents advises.
    public static let longestName = 20
}
