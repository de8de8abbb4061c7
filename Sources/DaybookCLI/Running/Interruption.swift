import Glibc

/// What happens on Ctrl-C, and when the reader of a pipe goes away.
enum Interruption {
    /// Ends the program quietly when a pipe is closed, and with status 130 on Ctrl-C, with the bar taken away.
    static func prepare() {
        // A parent may have left SIGPIPE ignored; `daybook trail | head` ends quietly all the same.
        signal(SIGPIPE, SIG_DFL)
        signal(SIGINT) { _ in
            // Only calls that are allowed within a signal's action: no lock, no memory is asked for.
            if isatty(STDERR_FILENO) == 1 { Interruption.write("\r\u{1B}[2K") }
            Interruption.write("Interrupted. What was acknowledged is in the ledger; nothing else is.\n")
            _exit(130)
        }
    }

    private static func write(_ text: StaticString) {
        // Unsafe: the text lives as long as the program.
        _ = unsafe Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    }
}
