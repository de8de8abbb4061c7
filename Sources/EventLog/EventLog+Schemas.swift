public import Events

extension EventLog {
    /// The types of events that are known as the log stands: the built-in ones and those that users registered in it,
    /// also where it was opened for reading.
    public func registeredSchemas() throws(LogError) -> SchemaRegistry {
        if isWritable { return schemas }
        return try storing {
            let book = SchemaBook(options.schemas)
            let reader = JSONReader()
            try read { view in
                try view.forEachEvent(.type(SchemaBook.registration)) { _, line in
                    // An event that cannot be read, or registers nothing, is found when the log is verified.
                    do {
                        try reader.parse(line)
                        try book.register(try Envelope.read(reader, stored: true))
                    } catch {}
                    return true
                }
            }
            return book.current
        }
    }
}
