/// What this program is, as answers name it.
public enum Build {
    /// The version.
    public static let version = "0.1.0"
}
