/// The size and shape of one database.
public struct DatabaseStatistics: Sendable, Equatable {
    /// Keys with their values.
    public let entryCount: Int
    /// Levels of the tree.
    public let depth: Int
    /// Inner pages.
    public let branchPageCount: Int
    /// Pages that hold keys and small values.
    public let leafPageCount: Int
    /// Pages that hold large values.
    public let overflowPageCount: Int
    /// Bytes of one page.
    public let pageByteCount: Int

    /// Bytes of all pages of the database.
    public var byteCount: Int { (branchPageCount + leafPageCount + overflowPageCount) * pageByteCount }
}

/// The size and use of an environment.
public struct EnvironmentStatistics: Sendable, Equatable {
    /// Bytes of address space that are reserved: the most that the file can grow to.
    public let mapByteCount: Int
    /// Bytes of the file that were ever used, free pages included.
    public let usedByteCount: Int
    /// Bytes of pages that are free to be used again.
    public let freeByteCount: Int
    /// Bytes of one page.
    public let pageByteCount: Int
    /// The number of the last commit.
    public let lastCommit: UInt64
    /// Places in the table of readers that were ever used at once.
    public let readerCount: Int
    /// Places in the table of readers.
    public let maximumReaderCount: Int

    /// The share of the map that is used, 0 to 1.
    public var mapUse: Double { mapByteCount == 0 ? 0 : Double(usedByteCount) / Double(mapByteCount) }
}
