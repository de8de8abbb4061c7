import Foundation

/// What is kept of the tree over a generation's rows when the ledger attests it: files beside the rows, which
/// nothing but their owner reads. Losing one costs time, no proof.
extension Views {
    /// Keeps what will be needed to prove rows of a generation.
    public func keepAttested(_ bytes: [UInt8], of generation: Int) throws {
        try register.makeFolder()
        try DurableFile.replace(register.treePath(generation), with: bytes)
    }

    /// What was kept; nil where nothing was, or the generation is gone.
    public func attested(_ generation: Int) -> [UInt8]? {
        FileManager.default.contents(atPath: register.treePath(generation)).map { [UInt8]($0) }
    }
}
