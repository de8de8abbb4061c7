public import Events
import SortedRuns

extension EventLog {
    /// The types of events that are known as the log stands: the built-in ones and those that users registered in it,
    /// also where it was opened for reading.
    public func registeredSchemas() throws(LogError) -> SchemaRegistry {
        if isWritable { return schemas }
        return try storing {
            let book = SchemaBook(options.schemas)
            let reader = JSONReader()
            try read { view in
                try view.forEachRegistration { line in
                    // An event that cannot be read, or registers nothing, is found when the log is verified.
                    do {
                        try reader.parse(line)
                        try book.register(try Envelope.read(reader, stored: true))
                    } catch {}
                }
            }
            return book.current
        }
    }
}

extension LogView {
    /// Lends every event that registers a type, and where the index is damaged, some of them twice.
    fileprivate func forEachRegistration(_ body: (Span<UInt8>) -> Void) throws {
        do {
            try forEachEvent(.type(SchemaBook.registration)) { _, line in
                body(line)
                return true
            }
        } catch is SortedRunsError {
            // A verification will name the damage. The lines say what the index should.
            var registrations = LogSearch()
            registrations.type = .exactly(SchemaBook.registration)
            let test = LineTest(registrations)
            do {
                try forEachLine { position, line in
                    if try test.holds(line, at: position.rawValue) { body(line) }
                    return true
                }
            } catch is LogError {}
        }
    }
}
