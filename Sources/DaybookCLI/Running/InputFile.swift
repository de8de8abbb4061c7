import Glibc
import Terminal

/// Reads what a command is given to read.
enum InputFile {
    /// The whole of a file; nil or `-` is standard input.
    static func bytes(of path: String?) throws -> [UInt8] {
        guard let path, path != "-" else { return try standardInput() }
        var information = stat()
        // Unsafe: the C call has no other form; the structure outlives it.
        guard unsafe stat(path, &information) == 0 else {
            throw Failure(.noInput, "\(path) cannot be read: \(reason(errno)).", remedy: "Check the path.")
        }
        guard information.st_mode & S_IFMT != S_IFDIR else {
            throw Failure(.noInput, "\(path) is a folder, not a file.", remedy: "Name a file within it.")
        }
        // Unsafe: the path is lent to the C call as a string of C.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Failure(
                .noInput, "\(path) cannot be read: \(reason(errno)).", remedy: "Check its permissions.")
        }
        defer { close(descriptor) }
        return try bytes(from: descriptor, named: path)
    }

    private static func standardInput() throws -> [UInt8] {
        if isatty(STDIN_FILENO) == 1 {
            Console.talk.say("Reading from the terminal. End with Ctrl-D.", style: .faint)
        }
        return try bytes(from: STDIN_FILENO, named: "Standard input")
    }

    private static func bytes(from descriptor: Int32, named name: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // Unsafe: the C call has no other form; the buffer outlives it.
            let count = unsafe read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw Failure(
                    .inputOutput, "\(name) cannot be read: \(reason(errno)).",
                    remedy: "Name a file that can be read, or pipe the text in.")
            }
            bytes.append(contentsOf: buffer.prefix(count))
        }
    }

    /// What the system says about a failure.
    static func reason(_ code: Int32) -> String {
        // Unsafe: the message belongs to the C library; it is copied at once.
        unsafe String(cString: strerror(code))
    }
}
