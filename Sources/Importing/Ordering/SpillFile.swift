// Unsafe: pread(2) and write(2) work on pointers into arrays that outlive the call.
import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Blocks of events set down on disk while they are being sorted.
///
/// The file has no name once it is open, so that nothing is left when the program ends, however it ends. Each
/// block is sealed with AES-256-GCM under a key that exists only in memory: events hold personal data, and
/// none of that may reach a disk in the clear.
final class SpillFile {
    /// Where a block lies.
    struct Block {
        var offset: Int
        var length: Int
    }

    private let descriptor: Int32
    private let key = SymmetricKey(size: .bits256)
    private(set) var bytesWritten = 0

    /// Opens a nameless file in a folder.
    init(folder: String) throws(SourceError) {
        var path = Array("\(folder)/daybook-sort-XXXXXX".utf8CString)
        descriptor = unsafe path.withUnsafeMutableBufferPointer { unsafe mkstemp($0.baseAddress!) }
        guard descriptor >= 0 else {
            throw SourceError(
                .inputOutput, file: folder,
                message: "no temporary file can be made here for sorting: \(systemMessage(errno))")
        }
        _ = unsafe path.withUnsafeBufferPointer { unsafe unlink($0.baseAddress!) }
    }

    deinit { _ = close(descriptor) }

    /// Sets a block down.
    func write(_ plain: [UInt8]) throws(SourceError) -> Block {
        let sealed: [UInt8]
        do {
            // A fresh random nonce for every block; the box holds nonce, text and tag.
            sealed = Array(try AES.GCM.seal(plain, using: key).combined!)
        } catch {
            throw SourceError(
                .inputOutput, file: "sort file", message: "a block could not be sealed: \(error)")
        }
        var written = 0
        while written < sealed.count {
            let answer = unsafe sealed.withUnsafeBytes { bytes in
                unsafe pwrite(
                    descriptor, bytes.baseAddress! + written, bytes.count - written,
                    off_t(bytesWritten + written))
            }
            if answer < 0 && errno == EINTR { continue }
            guard answer > 0 else {
                throw SourceError(
                    .inputOutput, file: "sort file",
                    message:
                        "cannot be written: \(systemMessage(errno)); sorting needs about as much free space "
                        + "for temporary files as the events take")
            }
            written += answer
        }
        defer { bytesWritten += sealed.count }
        return Block(offset: bytesWritten, length: sealed.count)
    }

    /// Takes a block up again.
    func read(_ block: Block) throws(SourceError) -> [UInt8] {
        var sealed = [UInt8](repeating: 0, count: block.length)
        var got = 0
        while got < block.length {
            let answer = unsafe sealed.withUnsafeMutableBytes { bytes in
                unsafe pread(
                    descriptor, bytes.baseAddress! + got, block.length - got, off_t(block.offset + got))
            }
            if answer < 0 && errno == EINTR { continue }
            guard answer > 0 else {
                throw SourceError(
                    .inputOutput, file: "sort file", message: "cannot be read again: \(systemMessage(errno))")
            }
            got += answer
        }
        do {
            return Array(try AES.GCM.open(try AES.GCM.SealedBox(combined: sealed), using: key))
        } catch {
            throw SourceError(
                .inputOutput, file: "sort file", message: "a block is damaged: \(error); import again")
        }
    }
}
