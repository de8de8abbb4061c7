import Foundation
import Merkle
import Testing

/// The public test data of transparency-dev/merkle, read in place. It is not part of this repository: where it
/// does not lie beside the checkout, these tests are skipped and the ones written here stand alone.
private let folder: URL = {
    let shared = ProcessInfo.processInfo.environment["DAYBOOK_SHARED"].map(URL.init(fileURLWithPath:))
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return (shared ?? root.deletingLastPathComponent().appendingPathComponent("shared"))
        .appendingPathComponent("vectors/merkle")
}()

private func cases<Case: Decodable>(_ name: String, of type: Case.Type) throws -> [(String, Case)] {
    let files = FileManager.default.enumerator(
        at: folder.appendingPathComponent(name), includingPropertiesForKeys: nil)
    var cases: [(String, Case)] = []
    for case let file as URL in files ?? .init() where file.pathExtension == "json" {
        cases.append((file.path, try JSONDecoder().decode(type, from: Data(contentsOf: file))))
    }
    return cases
}

@Suite(
    .enabled(
        if: FileManager.default.fileExists(atPath: folder.path),
        "the shared vectors are not beside this checkout; set DAYBOOK_SHARED to their folder"))
struct SharedVectorTests {
    struct InclusionCase: Decodable {
        let leafIdx: UInt64
        let treeSize: UInt64
        let root: String
        let leafHash: String
        let proof: [String]?
        let wantErr: Bool

        var holds: Bool {
            let hashes = (proof ?? []).map(TreeHash.init(base64:))
            guard let root = TreeHash(base64: root), let leaf = TreeHash(base64: leafHash),
                !hashes.contains(nil)
            else { return false }
            let proof = InclusionProof(index: leafIdx, size: treeSize, hashes: hashes.compactMap { $0 })
            do throws(ProofError) {
                try proof.verify(leaf: leaf, root: root)
                return true
            } catch {
                return false
            }
        }
    }

    struct ConsistencyCase: Decodable {
        let size1: UInt64
        let size2: UInt64
        let root1: String
        let root2: String
        let proof: [String]?
        let wantErr: Bool

        var holds: Bool {
            let hashes = (proof ?? []).map(TreeHash.init(base64:))
            guard let earlier = TreeHash(base64: root1), let later = TreeHash(base64: root2),
                !hashes.contains(nil)
            else { return false }
            let proof = ConsistencyProof(
                earlierSize: size1, laterSize: size2, hashes: hashes.compactMap { $0 })
            do throws(ProofError) {
                try proof.verify(earlierRoot: earlier, laterRoot: later)
                return true
            } catch {
                return false
            }
        }
    }

    @Test func inclusion() throws {
        let cases = try cases("inclusion", of: InclusionCase.self)
        #expect(cases.count > 80)
        #expect(cases.contains { !$0.1.wantErr })
        for (path, one) in cases {
            #expect(one.holds == !one.wantErr, "\(path)")
        }
    }

    @Test func consistency() throws {
        let cases = try cases("consistency", of: ConsistencyCase.self)
        #expect(cases.count > 80)
        #expect(cases.contains { !$0.1.wantErr })
        for (path, one) in cases {
            // One case means roots of twelve bytes to be accepted as equal. Ours are refused when they are read.
            let isReadable = [one.root1, one.root2].allSatisfy { TreeHash(base64: $0) != nil }
            #expect(one.holds == (isReadable && !one.wantErr), "\(path)")
        }
    }
}
