import CZlib
import Events
import Foundation
import Testing

@testable import Importing

/// Reading: every way in which files are broken or merely unusual.
@Suite struct ReadingTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// The records of a file, by line number.
    func records(_ input: ImportInput, _ options: ReadingOptions = ReadingOptions()) throws -> [(
        line: Int, text: String
    )] {
        let reader = try RecordReader(input, file: 0, options: options)
        var records: [(line: Int, text: String)] = []
        while let batch = try reader.next() {
            for record in batch.records {
                let bytes = batch.bytes[record.start..<record.end]
                records.append((record.line, String(decoding: bytes, as: UTF8.self)))
            }
        }
        return records
    }

    func failure(_ input: ImportInput, _ options: ReadingOptions = ReadingOptions()) -> SourceError? {
        #expect(throws: SourceError.self) { _ = try records(input, options) }
    }

    @Test func anEmptyFileHasNoRecords() throws {
        #expect(try records(scratch.file("empty", "")).isEmpty)
        #expect(try records(scratch.file("blank", "\n\r\n  \n")).isEmpty)
    }

    @Test func linesEndWithLFOrCRLFOrTheFile() throws {
        let found = try records(scratch.file("mixed", "{\"a\":1}\r\n\n{\"a\":2}\n{\"a\":3}"))
        #expect(found.map(\.text) == ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"])
        #expect(found.map(\.line) == [1, 3, 4])
    }

    @Test func aByteOrderMarkOfUTF8IsLeftOut() throws {
        let found = try records(scratch.file("bom", [0xEF, 0xBB, 0xBF] + Array("{\"a\":1}\n".utf8)))
        #expect(found.map(\.text) == ["{\"a\":1}"])
    }

    @Test(
        arguments: [
            ([0xFF, 0xFE, 0x7B, 0x00], "UTF-16 (little-endian)"),
            ([0xFE, 0xFF, 0x00, 0x7B], "UTF-16 (big-endian)"),
            ([0x7B, 0x00, 0x22, 0x00], "UTF-16 (little-endian, without a byte order mark)"),
            ([0x00, 0x7B, 0x00, 0x22], "UTF-16 (big-endian, without a byte order mark)"),
            ([0xFF, 0xFE, 0x00, 0x00], "UTF-32 (little-endian)"),
        ] as [([UInt8], String)])
    func otherEncodingsAreRefusedByName(_ bytes: [UInt8], _ name: String) throws {
        let error = failure(try scratch.file("encoded", bytes + bytes))
        #expect(error?.code == .encoding)
        #expect(error?.message.contains(name) == true)
    }

    @Test(
        arguments: [[0x28, 0xB5, 0x2F, 0xFD], [0x50, 0x4B, 0x03, 0x04], [0x42, 0x5A, 0x68, 0x39]] as [[UInt8]]
    )
    func otherArchivesAreRefused(_ bytes: [UInt8]) throws {
        #expect(failure(try scratch.file("archive", bytes + bytes))?.code == .encoding)
    }

    @Test func aMissingFileAndAFolderAreNamed() throws {
        #expect(failure(.file(scratch.path + "/nothing"))?.code == .cannotOpen)
        #expect(failure(.file(scratch.path))?.message.contains("folder") == true)
    }

    @Test func aLineThatIsTooLongIsSetAsideWithItsSizeAndTheRestIsRead() throws {
        let long = "{\"a\":\"" + String(repeating: "x", count: 10_000_000) + "\"}"
        let input = try scratch.file("long", "{\"id\":1}\n\(long)\n{\"id\":3}\n")
        let outcome = try Outcome([input])
        #expect(outcome.events == ["{\"id\":1}", "{\"id\":3}"])
        #expect(outcome.origins.map(\.line) == [1, 3])
        #expect(outcome.origins[1].byteOffset == 9 + long.utf8.count + 1)
        let rejection = try #require(outcome.rejections.first)
        #expect(outcome.rejections.count == 1)
        #expect(rejection.origin.line == 2)
        #expect(rejection.problem.code == "too_long")
        #expect(rejection.problem.found == "one of \(long.utf8.count) bytes")
    }

    @Test(arguments: [1, 2, 3, 7, 64, 4096])
    func batchesOfAnySizeHoldTheSameRecords(_ size: Int) throws {
        var generator = SeededGenerator(seed: UInt64(size))
        let lines = (0..<500).map { _ in
            "{\"a\":\"" + String(repeating: "é", count: .random(in: 0...300, using: &generator)) + "\"}"
        }
        let input = try scratch.file("lines", lines.joined(separator: "\n"))
        let found = try records(input, ReadingOptions(batchRecords: size, batchBytes: size * 10))
        #expect(found.map(\.text) == lines)
        #expect(found.map(\.line) == Array(1...500))
    }

    // MARK: - JSON arrays

    @Test func anArrayIsReadElementByElement() throws {
        let text = " [\n {\"a\":\"x]\\\"}\", \"b\":[1,{}]}\n,\n{\"a\":2},3 ,\"t,]\"\n] \n"
        let found = try records(scratch.file("array", text))
        #expect(found.map(\.text) == ["{\"a\":\"x]\\\"}\", \"b\":[1,{}]}", "{\"a\":2}", "3", "\"t,]\""])
        #expect(found.map(\.line) == [2, 4, 4, 4])
        #expect(try records(scratch.file("none", "[]")).isEmpty)
    }

    @Test func anArrayThatIsReadInSmallPiecesIsTheSame() throws {
        let elements = (0..<3000).map { "{\"n\":\($0),\"t\":\"\(String(repeating: "[", count: $0 % 50))\"}" }
        let input = try scratch.file("array", "[" + elements.joined(separator: ",\n") + "]")
        let found = try records(input, ReadingOptions(batchRecords: 7, batchBytes: 100))
        #expect(found.map(\.text) == elements)
        #expect(found.map(\.line) == Array(1...3000))
    }

    @Test(arguments: [
        ("[{\"a\":1} {\"a\":2}]", 1), ("[{\"a\":1},\n{\"a\":2}", 2), ("[1]\n\nx", 3), ("[{\"a\":1},", 1),
        ("[", 1),
    ])
    func aBrokenArrayIsReportedWithItsLine(_ text: String, _ line: Int) throws {
        let error = failure(try scratch.file("array", text))
        #expect(error?.code == .structure)
        #expect(error?.line == line, "\(String(describing: error))")
    }

    // MARK: - gzip

    func gzip(_ text: String) -> [UInt8] {
        Self.gzip(Array(text.utf8))
    }

    static func gzip(_ text: [UInt8]) -> [UInt8] {
        var stream = unsafe z_stream()
        var input = text
        var output = [UInt8](repeating: 0, count: text.count + 1000)
        _ = unsafe deflateInit2_(
            &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        let count = unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe stream.next_in = source.baseAddress
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(target.count)
                _ = unsafe deflate(&stream, Z_FINISH)
                return unsafe target.count - Int(stream.avail_out)
            }
        }
        _ = unsafe deflateEnd(&stream)
        return Array(output[..<count])
    }

    @Test func gzipIsRecognisedByItsBytesAndMayHaveSeveralMembersAndPadding() throws {
        let bytes = gzip("{\"a\":1}\n{\"a\"") + gzip("") + gzip(":2}\n") + [0, 0, 0]
        #expect(try records(scratch.file("plain-name", bytes)).map(\.text) == ["{\"a\":1}", "{\"a\":2}"])
        #expect(try records(scratch.file("nothing.gz", gzip(""))).isEmpty)
    }

    @Test func aTruncatedGzipIsRefusedWithItsOffsetAndNothingOfItIsTaken() throws {
        var generator = SeededGenerator(seed: 4)
        let lines = (0..<20_000).map { _ in "{\"a\":\(UInt32.random(in: 0...(.max), using: &generator))}\n" }
            .joined()
        let whole = gzip(lines)
        for length in [10, 19, whole.count / 2, whole.count - 9, whole.count - 1] {
            let input = try scratch.file("cut-\(length).gz", whole[..<length])
            var events = 0
            let error = #expect(throws: SourceError.self) {
                try Importer(inputs: [input], mapping: nil, options: ImportOptions()).run {
                    events += $0.events.count
                }
            }
            #expect(error?.code == .compression)
            #expect(error?.byteOffset == length)
            #expect(events == 0)
        }
    }

    @Test func aPartialLineAtTheEndOfATruncatedGzipIsNeverTaken() throws {
        let whole = Self.gzip(Array("{\"a\":1}\n{\"a\":2}\n".utf8))
        let input = try scratch.file("cut.gz", whole[..<(whole.count - 4)])
        var options = ImportOptions()
        options.checksArchivesFirst = false
        var events = 0
        #expect(throws: SourceError.self) {
            try Importer(inputs: [input], mapping: nil, options: options).run { events += $0.events.count }
        }
        #expect(events == 0)
    }

    @Test func damagedGzipAndRubbishBehindItAreRefused() throws {
        var bytes = gzip(String(repeating: "{\"a\":1}\n", count: 1000))
        let rubbish = try scratch.file("rubbish.gz", bytes + Array("not gzip".utf8))
        #expect(failure(rubbish)?.code == .compression)
        bytes[bytes.count / 2] ^= 0x55
        #expect(failure(try scratch.file("damaged.gz", bytes))?.code == .compression)
    }

    @Test func theSummaryHasTheSizeAndTheHashOfTheFileAsItLies() throws {
        let outcome = try Outcome([scratch.file("abc.json", "{}\n{}")])
        #expect(outcome.summaries.first?.bytes == 5)
        #expect(outcome.summaries.first?.records == 2)
        // sha256sum of the five bytes.
        #expect(
            outcome.summaries.first?.sha256
                == "8384c3416334fdeac97a1facd407750c98d6470238704db0504afe5ed3010176")
    }

    // MARK: - CSV

    @Test func csvRowsMayHaveQuotesAndLineEndsInside() throws {
        let text = "a,b,c\r\n1,\"x, \"\"y\"\"\r\nz\",3\r\n\r\n4,,\"\"\n"
        let found = try records(scratch.file("csv", text), ReadingOptions(csv: CSVOptions()))
        #expect(found.map(\.text) == ["1,\"x, \"\"y\"\"\r\nz\",3", "4,,\"\""])
        #expect(found.map(\.line) == [2, 5])
        var row = CSVRow(delimiter: UInt8(ascii: ","))
        try row.read(Array(found[0].text.utf8), from: 0, to: found[0].text.utf8.count)
        #expect(row.texts() == ["1", "x, \"y\"\r\nz", "3"])
    }

    @Test(arguments: ["a,a\n1,2\n", "a,\n1,2\n"])
    func aHeaderWithoutANameOrWithOneTwiceIsRefused(_ text: String) throws {
        #expect(failure(try scratch.file("csv", text), ReadingOptions(csv: CSVOptions()))?.code == .structure)
    }

    @Test func aQuoteThatIsNeverClosedIsReportedAndNotReadForEver() throws {
        let text = "a,b\n1,\"" + String(repeating: "x\n", count: 2_000_000)
        let error = failure(try scratch.file("csv", text), ReadingOptions(csv: CSVOptions()))
        #expect(error?.code == .structure)
        #expect(error?.line == 2)
    }
}
