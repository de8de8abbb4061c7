import CMalloc

/// How this process takes memory from the system.
public enum ProcessMemory {
    /// Keeps freed memory for the next use instead of giving it back: for programs that ask question after question.
    ///
    /// The results of a fold are large arrays. Left to itself, the C library maps each and unmaps it afterwards, and
    /// the system clears every page again for the next question, at a quarter of the cost of the fold; two workers
    /// wait for each other at it. To be called once, at the start: it holds for the whole process.
    public static func keepFreed() {
        // A value that the C library refuses leaves things as they are.
        _ = mallopt(M_MMAP_THRESHOLD, largestKept)
        _ = mallopt(M_TRIM_THRESHOLD, keptInAll)
    }

    /// Larger blocks are mapped and unmapped, in bytes: the most that the C library takes.
    private static let largestKept: Int32 = 32 << 20
    /// So much free memory is kept at most, in bytes.
    private static let keptInAll: Int32 = 64 << 20
}
