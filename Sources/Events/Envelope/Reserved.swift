/// The names of CloudEvents 1.0.2 attributes that mean something to Daybook.
public enum Reserved {
    /// The core attributes that an event must have here.
    public static let required = ["specversion", "id", "source", "type", "time", "data"]
    /// The core attributes that an event may have.
    public static let optional = ["subject", "datacontenttype", "dataschema"]
    /// Extension attributes that Daybook reads or keeps under their usual meaning.
    public static let extensions = [
        "recordedtime", "correlationid", "causationid", "sequence", "partitionkey", "authtype", "authid",
        "traceparent", "tracestate",
    ]
    /// Attributes that only the ledger itself writes.
    public static let ofTheLedger = ["sourcerecordedtime", "contentmac"]
    /// The kinds of principal that `authtype` may name (CloudEvents extension "auth context").
    public static let authTypes = [
        "app_user", "user", "service_account", "api_key", "system", "unauthenticated", "unknown",
    ]
}
