/// A pattern for paths: `*` stands for anything within a name, `**` for anything across names (`**/` also for nothing), `?` for one byte
/// of a name, `[a-z]` and `[!a-z]` for one byte of a set, and a backslash takes from what follows it its meaning.
///
/// A pattern without `/` is for names, wherever they are; one with `/` is for whole paths from the root, and may begin with it. One that
/// ends with `/` is for folders alone. Matching keeps the set of all places in the pattern where it could be, so the time is that of the
/// path times that of the pattern, whatever either of them is.
struct GlobPattern: Sendable, Hashable {
    /// Longer ones are refused.
    static let maximumByteCount = 4096

    private enum Token: Hashable {
        case byte(UInt8)
        case set(ByteSet)
        /// `*`
        case withinName
        /// `**`
        case acrossNames
        /// In front of the `**` of `**/`: it and the slash may be left out.
        case optionalPair
    }

    /// As it was given.
    let text: [UInt8]
    private var tokens: [Token] = []
    let isForNames: Bool
    let isForFolders: Bool
    /// A pattern without anything special, to be compared.
    private var literal: [UInt8]?

    /// - Throws: `invalidArgument` for an empty or too long pattern, an open bracket, or a backslash at the end.
    init(_ text: [UInt8]) throws(IntegrityError) {
        self.text = text
        guard text.count <= Self.maximumByteCount else {
            throw IntegrityError(.invalidArgument, "a pattern of \(text.count) bytes is longer than \(Self.maximumByteCount)")
        }
        var rest = text[...]
        isForFolders = rest.count > 1 && rest.last == EntryPath.slash
        if isForFolders { rest = rest.dropLast() }
        isForNames = !rest.contains(EntryPath.slash)
        if rest.first == EntryPath.slash { rest = rest.dropFirst() }
        guard !rest.isEmpty else { throw Self.refused(text, "is empty") }
        var isAtNameStart = true
        while let byte = rest.popFirst() {
            try append(byte, &rest, isAtNameStart)
            isAtNameStart = byte == EntryPath.slash || (isAtNameStart && byte == UInt8(ascii: "*") && tokens.last == .byte(EntryPath.slash))
        }
        literal = tokens.reduce(into: [UInt8]?.some([])) { bytes, token in
            if case .byte(let byte) = token { bytes?.append(byte) } else { bytes = nil }
        }
    }

    /// - Parameters:
    ///   - path: from the root.
    ///   - nameStart: where its last name begins.
    func matches(_ path: [UInt8], nameStart: Int, isFolder: Bool) -> Bool {
        if isForFolders && !isFolder { return false }
        let subject = isForNames ? path[nameStart...] : path[...]
        if let literal { return subject.elementsEqual(literal) }
        return run(subject)
    }

    private mutating func append(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>, _ isAtNameStart: Bool) throws(IntegrityError) {
        switch byte {
        case UInt8(ascii: "*"):
            guard rest.first == byte else { return tokens.append(.withinName) }
            while rest.first == byte { rest.removeFirst() }
            if isAtNameStart, rest.first == EntryPath.slash {
                rest.removeFirst()
                tokens += [.optionalPair, .acrossNames, .byte(EntryPath.slash)]
            } else {
                tokens.append(.acrossNames)
            }
        case UInt8(ascii: "?"): tokens.append(.set(.ofNames))
        case UInt8(ascii: "["): tokens.append(.set(try bracket(&rest)))
        case UInt8(ascii: "\\"):
            guard let next = rest.popFirst() else { throw Self.refused(text, "ends with a backslash") }
            tokens.append(.byte(next))
        default: tokens.append(.byte(byte))
        }
    }

    /// What is between brackets; a `]` right at the beginning is one of the set.
    private func bracket(_ rest: inout ArraySlice<UInt8>) throws(IntegrityError) -> ByteSet {
        var set = ByteSet()
        let isInverted = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        if isInverted { rest.removeFirst() }
        var isFirst = true
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "]") && !isFirst { return isInverted ? set.inverted(within: .ofNames) : set.intersection(.ofNames) }
            isFirst = false
            let lower = try unescaped(byte, &rest)
            var upper = lower
            if rest.first == UInt8(ascii: "-"), let end = rest.dropFirst().first, end != UInt8(ascii: "]") {
                rest = rest.dropFirst(2)
                upper = try unescaped(end, &rest)
            }
            guard lower <= upper else { throw Self.refused(text, "has a range that ends before it begins") }
            for member in lower...upper { set.insert(member) }
        }
        throw Self.refused(text, "has a bracket that is not closed")
    }

    private func unescaped(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>) throws(IntegrityError) -> UInt8 {
        guard byte == UInt8(ascii: "\\") else { return byte }
        guard let next = rest.popFirst() else { throw Self.refused(text, "ends with a backslash") }
        return next
    }

    private func run(_ subject: ArraySlice<UInt8>) -> Bool {
        var states = [Bool](repeating: false, count: tokens.count + 1)
        enter(0, &states)
        for byte in subject {
            var next = [Bool](repeating: false, count: tokens.count + 1)
            var isAlive = false
            for index in 0..<tokens.count where states[index] && step(index, byte, &next) { isAlive = true }
            if !isAlive { return false }
            states = next
        }
        return states[tokens.count]
    }

    /// Takes one byte from one place of the pattern.
    private func step(_ index: Int, _ byte: UInt8, _ next: inout [Bool]) -> Bool {
        switch tokens[index] {
        case .byte(let wanted):
            guard byte == wanted else { return false }
            enter(index + 1, &next)
        case .set(let set):
            guard set.contains(byte) else { return false }
            enter(index + 1, &next)
        case .withinName:
            guard byte != EntryPath.slash else { return false }
            enter(index, &next)
        case .acrossNames: enter(index, &next)
        case .optionalPair: return false
        }
        return true
    }

    /// Is at one place of the pattern, and at those that can be reached from it without a byte.
    private func enter(_ start: Int, _ states: inout [Bool]) {
        var index = start
        while !states[index] {
            states[index] = true
            guard index < tokens.count else { return }
            switch tokens[index] {
            case .byte, .set: return
            case .withinName, .acrossNames: index += 1
            case .optionalPair:
                enter(index + 3, &states)
                index += 1
            }
        }
    }

    private static func refused(_ text: [UInt8], _ reason: String) -> IntegrityError {
        IntegrityError(.invalidArgument, "the pattern \"\(text.visiblePath)\" \(reason)")
    }
}
