@testable import Integrity

/// libFuzzer's entry: no list may trap the parser, whatever is read can be written, and what is written reads as the same again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzChecksumList(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let choice = bytes.first else { return 0 }
    let isZeroTerminated = choice & 1 == 1
    let functions: [ChecksumFunction] = choice & 2 == 0 ? [] : [.crc32, .sha256]
    let content = Array(bytes.dropFirst())
    // Cut anywhere, lines are the same.
    let found = lines(of: content, isZeroTerminated, blockByteCount: .max)
    precondition(found == lines(of: content, isZeroTerminated, blockByteCount: Int(choice >> 2) + 1), "cut input has other lines")

    var parser = ChecksumListParser(functions: functions, listName: Array("B2SUMS".utf8), isZeroTerminated: isZeroTerminated)
    for case .line(let line) in found {
        do {
            guard let file = try parser.parse(line) else { continue }
            if parser.format == .hashdeep {
                check(file, .hashdeep, false)
            } else {
                check(file, .bsd, isZeroTerminated)
                if file.checksums[0].function.digest != nil, !file.path.isEmpty { check(file, .gnu, isZeroTerminated) }
            }
        } catch {
            precondition(!error.reason.utf8.contains { $0 < 0x20 }, "a control character in an error")
        }
    }
    return 0
}

private func lines(of bytes: [UInt8], _ isZeroTerminated: Bool, blockByteCount: Int) -> [ListLines.Line] {
    var cutter = ListLines(delimiter: isZeroTerminated ? 0 : UInt8(ascii: "\n"))
    var found: [ListLines.Line] = []
    var rest = bytes[...]
    while !rest.isEmpty {
        cutter.append(Array(rest.prefix(blockByteCount)))
        rest = rest.dropFirst(blockByteCount)
        while let line = cutter.next() { found.append(line) }
    }
    if let line = cutter.last() { found.append(line) }
    return found
}

/// What a file's lines read as must be the file.
private func check(_ file: ListedFile, _ format: ChecksumListFormat, _ isZeroTerminated: Bool) {
    let functions = file.checksums.map(\.function)
    do {
        let writer = try ChecksumListWriter(format, functions: functions, isZeroTerminated: isZeroTerminated)
        let written = writer.header + (try writer.lines(for: file))
        var parser = ChecksumListParser(functions: functions, isZeroTerminated: isZeroTerminated)
        var again: [ListedFile] = []
        for case .line(let line) in lines(of: written, isZeroTerminated, blockByteCount: .max) {
            if let file = try parser.parse(line) { again.append(file) }
        }
        precondition(again == [file], "a file changes when its lines are written again")
    } catch {
        preconditionFailure("a file that was read cannot be written: \(error)")
    }
}
