import Projection

/// Facts at an address that does not move, owned by this object.
///
/// The lane's readers work on addresses, because most facts lie in a memory map that an LMDB read
/// transaction lends. Facts that exist in memory only are kept here, so that both look the same.
@safe
final class FactStorage: @unchecked Sendable {
    // Unsafe: the memory is allocated here and freed with the object.
    // Unchecked: the memory is written in the initialiser only.

    private let memory: UnsafeMutableBufferPointer<Fact>

    init(_ facts: some Collection<Fact>) {
        unsafe memory = .allocate(capacity: max(facts.count, 1))
        var index = 0
        for fact in facts {
            unsafe memory.initializeElement(at: index, to: fact)
            index += 1
        }
        count = index
    }

    /// Copies bytes that may stand at any address.
    init(copying bytes: Span<UInt8>) {
        count = bytes.count / MemoryLayout<Fact>.stride
        unsafe memory = .allocate(capacity: max(count, 1))
        let target = unsafe UnsafeMutableRawBufferPointer(memory)
        for index in 0..<(count * MemoryLayout<Fact>.stride) {
            unsafe target[index] = bytes[index]
        }
    }

    deinit {
        unsafe memory.deallocate()
    }

    let count: Int

    var slice: FactSlice {
        unsafe FactSlice(
            base: UnsafeRawPointer(memory.baseAddress.unsafelyUnwrapped), count: count, owner: self)
    }
}
