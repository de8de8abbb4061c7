import Foundation

/// The project's Swift sources, as text.
struct SourceTree {
    struct File {
        let module: String
        let path: String
        let lines: [Substring]
    }

    let root: URL
    let files: [File]

    init() throws {
        root = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let sources = root.appending(path: "Sources")
        var files: [File] = []
        let walk = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        while let url = walk?.nextObject() as? URL {
            guard url.pathExtension == "swift" else { continue }
            let prefix = sources.path(percentEncoded: false).count
            let relative = url.path(percentEncoded: false).dropFirst(prefix)
            let path = relative.drop { $0 == "/" }
            files.append(
                File(
                    module: String(path.prefix { $0 != "/" }),
                    path: "Sources/" + path,
                    lines: try String(contentsOf: url, encoding: .utf8).split(
                        separator: "\n", omittingEmptySubsequences: false)))
        }
        self.files = files.sorted { $0.path < $1.path }
    }

    /// The modules that a file imports.
    static func imports(of file: File) -> [String] {
        let marks: Set = ["public", "internal", "package", "private"]
        return file.lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
                words[..<place].allSatisfy({ marks.contains(String($0)) || $0.hasPrefix("@") })
            else { return nil }
            return String(words[place + 1].prefix { $0 != "." })
        }
    }
}
