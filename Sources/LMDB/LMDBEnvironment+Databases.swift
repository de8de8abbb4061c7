import CLMDB
import Synchronization

extension LMDBEnvironment {
    /// Opens a database by name, or returns the handle that is open.
    ///
    /// Runs a transaction of its own, so it must not be called inside `write` when it may create.
    ///
    /// - Throws: `notFound` when it does not exist and is not to be created.
    public func database(_ name: String, create: Bool = false) throws(LMDBError) -> Database {
        if let known = state.withLock({ $0.databases[name] }) { return known }
        if let existing = try openDatabase(name, flags: 0) { return existing }
        guard create else {
            throw LMDBError(
                .notFound, operation: "open the database \(name) of", path: folder,
                message: "there is no database of this name: another program made the environment, or an "
                    + "interrupted one. Check the path")
        }
        return try createDatabase(name)
    }

    /// Opens a database by name; nil when it does not exist.
    public func databaseIfExists(_ name: String) throws(LMDBError) -> Database? {
        do { return try database(name) } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    /// The names of all databases, sorted.
    public func databaseNames() throws -> [String] {
        try read { transaction in
            var names: [String] = []
            // Slot 1 is the unnamed database: its keys are the names.
            var cursor = try Cursor(transaction, slot: 1, name: "")
            while try cursor.next() {
                names.append(cursor.withKey { String(decoding: [UInt8](copying: $0), as: UTF8.self) })
            }
            return names
        }
    }

    /// Deletes a database with all its keys. Handles to it are dead afterwards: using one traps, and a
    /// reader that is using it gets `badDatabase`.
    public func delete(_ database: Database) throws {
        let slot = database.slot(in: self)
        let transaction = try beginWritingHere()
        try unsafe check(mdb_drop(transaction.reading.pointer, slot, 1), "delete a database of")
        try transaction.commit()
        database.markDeleted()
        state.withLock { _ = $0.databases.removeValue(forKey: database.name) }
    }

    private func createDatabase(_ name: String) throws(LMDBError) -> Database {
        let transaction = try beginWritingHere()
        var slot: UInt32 = 0
        try unsafe check(
            mdb_dbi_open(transaction.reading.pointer, name, UInt32(MDB_CREATE), &slot),
            "create the database \(name) in")
        try transaction.commit()
        return register(name, slot)
    }

    private func openDatabase(_ name: String, flags: UInt32) throws(LMDBError) -> Database? {
        // liblmdb allows one transaction at a time to open databases.
        try opening.withLock { _ throws(LMDBError) in
            let transaction = try beginReading()
            var slot: UInt32 = 0
            let status = unsafe mdb_dbi_open(transaction.pointer, name, flags, &slot)
            if status == MDB_NOTFOUND { return nil }
            try check(status, "open the database \(name) of")
            // Committing, not aborting, keeps the handle.
            try transaction.commit()
            return register(name, slot)
        }
    }

    private func register(_ name: String, _ slot: UInt32) -> Database {
        state.withLock { state in
            if let known = state.databases[name] { return known }
            let database = Database(name: name, slot: slot, environmentNumber: number)
            state.databases[name] = database
            return database
        }
    }
}
