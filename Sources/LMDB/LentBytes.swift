/// Where LMDB keeps a key or value: valid until the transaction ends or writes. Never leaves this module
/// except inlined into the functions that lend it as a `Span` to a closure.
@frozen @usableFromInline
@safe struct LentBytes {
    @usableFromInline let start: UnsafePointer<UInt8>
    @usableFromInline let count: Int

    // The pointer comes from liblmdb, which keeps the bytes mapped as long as the transaction lives.
    init(start: UnsafeMutableRawPointer?, count: Int) {
        if let start = unsafe start {
            unsafe self.start = UnsafePointer(start.assumingMemoryBound(to: UInt8.self))
        } else {
            unsafe self.start = UnsafePointer(bitPattern: 16)!
        }
        self.count = unsafe start == nil ? 0 : count
    }

    /// Lends the bytes.
    @inlinable
    func lend<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(unsafe Span(_unsafeStart: start, count: count))
    }

    /// Lends the bytes as records, copied first when they are not aligned; nil when they are not a whole
    /// number of them.
    @inlinable
    func lendRecords<Record: BitwiseCopyable, Result, Failure: Error>(
        of type: Record.Type,
        _ body: (Span<Record>) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        let stride = MemoryLayout<Record>.stride
        guard count.isMultiple(of: stride) else { return nil }
        let recordCount = count / stride
        if Int(bitPattern: unsafe start).isMultiple(of: MemoryLayout<Record>.alignment) {
            let records = unsafe UnsafeRawPointer(start).assumingMemoryBound(to: Record.self)
            return try body(unsafe Span(_unsafeStart: records, count: recordCount))
        }
        let copy = UnsafeMutablePointer<Record>.allocate(capacity: max(recordCount, 1))
        defer { unsafe copy.deallocate() }
        unsafe UnsafeMutableRawPointer(copy).copyMemory(from: start, byteCount: count)
        return try body(unsafe Span(_unsafeStart: UnsafePointer(copy), count: recordCount))
    }
}
