// Unsafe: zlib reads and writes through pointers, which here never outlive one call.
import CZlib

/// A gzip stream of one or more members, inflated piece by piece.
@safe struct Inflater: ~Copyable {
    /// Why a stream cannot be inflated.
    struct Failure: Error {
        /// Offset in the compressed stream.
        let offset: Int
        let message: String
    }

    private let state: UnsafeMutablePointer<z_stream>
    /// Compressed bytes taken so far.
    private(set) var consumed = 0
    /// Compressed bytes at which the member being read began.
    private var memberStart = 0
    private var isInsideMember = true
    private var isPadding = false

    init() {
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: z_stream())
        // 15 window bits, and 16 for the gzip wrapper: headers and checksums are read and checked by zlib.
        let answer = unsafe inflateInit2_(
            state, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(answer == Z_OK, "zlib could not be set up: \(answer)")
    }

    deinit {
        unsafe inflateEnd(state)
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
    }

    /// Inflates from `input[start...]`, appending at most `limit` bytes to `output`; answers how much was taken.
    mutating func inflate(
        _ input: [UInt8], from start: Int, limit: Int, into output: inout [UInt8]
    ) throws(Failure) -> Int {
        var position = start
        let outputStart = output.count
        output.append(contentsOf: repeatElement(0, count: limit))
        var produced = 0
        while position < input.count && produced < limit {
            if !isInsideMember {
                guard try beginNextMember(input[position]) else {
                    position += 1
                    consumed += 1
                    continue
                }
            }
            let available = input.count - position
            let room = limit - produced
            let answer = step(input, position, &output, outputStart + produced, room)
            let taken = unsafe available - Int(state.pointee.avail_in)
            position += taken
            consumed += taken
            produced += unsafe room - Int(state.pointee.avail_out)
            if answer == Z_STREAM_END {
                isInsideMember = false
            } else if answer != Z_OK && answer != Z_BUF_ERROR {
                output.removeLast(limit - produced)
                throw Failure(offset: consumed, message: explain(answer))
            }
        }
        output.removeLast(limit - produced)
        return position - start
    }

    /// Says whether the stream may end here.
    func finish() throws(Failure) {
        guard isInsideMember else { return }
        throw Failure(
            offset: consumed,
            message: "the gzip data ends in the middle (the member that began at byte \(memberStart) is not "
                + "complete); the file was cut off: fetch it again")
    }

    /// After a member: another one begins, or there is padding with zeros up to the end.
    private mutating func beginNextMember(_ byte: UInt8) throws(Failure) -> Bool {
        if byte == 0 {
            isPadding = true
            return false
        }
        guard byte == 0x1F, !isPadding else {
            throw Failure(
                offset: consumed,
                message:
                    "after a complete gzip member there is something that is no gzip; the file is damaged")
        }
        unsafe inflateReset(state)
        isInsideMember = true
        memberStart = consumed
        return true
    }

    private func step(
        _ input: [UInt8], _ position: Int, _ output: inout [UInt8], _ place: Int, _ room: Int
    ) -> Int32 {
        unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe state.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress! + position)
                unsafe state.pointee.avail_in = UInt32(source.count - position)
                unsafe state.pointee.next_out = target.baseAddress! + place
                unsafe state.pointee.avail_out = UInt32(room)
                return unsafe CZlib.inflate(state, Z_NO_FLUSH)
            }
        }
    }

    private func explain(_ answer: Int32) -> String {
        let detail = unsafe state.pointee.msg.map { unsafe String(cString: $0) } ?? "zlib error \(answer)"
        return "the gzip data is damaged (\(detail)); fetch the file again"
    }
}
