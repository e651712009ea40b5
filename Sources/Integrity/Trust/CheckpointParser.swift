import OpenSSL

extension Checkpoint {
    /// Reads the text of a checkpoint.
    ///
    /// - Throws: `newerFormat` when it has a line of a name that is not known here; `malformed` for everything else that `text` of no
    ///   checkpoint is.
    public init(parsing text: [UInt8]) throws(IntegrityError) {
        guard text.count <= Self.maximumByteCount else { throw .checkpoint("it has more than \(Self.maximumByteCount) bytes") }
        guard let lines = NoteText.lines(text[...]), lines.count >= 3 else {
            throw .checkpoint("it is not made of at least three lines, none of them empty")
        }
        let origin = Array(CheckpointText.originPrefix.utf8)
        guard lines[0].starts(with: origin), let manifestID = ManifestID(digits: lines[0].dropFirst(origin.count)) else {
            throw .checkpoint("its first line is not \(CheckpointText.originPrefix) and the 32 digits of an id")
        }
        guard let entryCount = NoteText.decimal(lines[1]) else { throw .checkpoint("its second line is not a number of entries") }
        guard let root = CheckpointText.hash(base64: lines[2]) else { throw .checkpoint("its third line is not the root of a tree") }
        let fields = try CheckpointFields(lines.dropFirst(3))
        let parsed: Checkpoint
        do throws(IntegrityError) {
            parsed = try Checkpoint(
                manifestID: manifestID, entryCount: entryCount, root: root, toolVersion: try fields.toolVersion(), time: try fields.time(),
                sequence: try fields.sequence(), previous: try fields.previous(), subject: try fields.subject(),
                options: try fields.options())
        } catch {
            throw error.code == .invalidArgument ? IntegrityError(.malformed, error.message) : error
        }
        // Each field has one spelling; this holds it against every line at once.
        guard parsed.text == text else { throw .checkpoint("it is not written as it has to be") }
        self = parsed
    }
}

/// The lines of a checkpoint below its root, by their names.
private struct CheckpointFields {
    private var values: [CheckpointText.Field: [ArraySlice<UInt8>]] = [:]

    init(_ lines: ArraySlice<ArraySlice<UInt8>>) throws(IntegrityError) {
        var position = 0
        for line in lines {
            let name = line.prefix { $0 != NoteText.space }
            guard let field = CheckpointText.Field(rawValue: String(decoding: name, as: UTF8.self)) else { throw Self.unknown(name) }
            guard field.hasValue == (name.count < line.count) else {
                throw .checkpoint("its line \(field.rawValue) has \(field.hasValue ? "no value" : "a value")")
            }
            let place = CheckpointText.Field.allCases.firstIndex(of: field) ?? 0
            guard place > position || values.isEmpty || (place == position && field.mayRepeat) else {
                throw .checkpoint("its line \(field.rawValue) is there twice or not in its place")
            }
            position = place
            values[field, default: []].append(line.dropFirst(name.count + 1))
        }
    }

    private static func unknown(_ name: ArraySlice<UInt8>) -> IntegrityError {
        let isName =
            name.count <= 64 && name.first.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } == true
            && name.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-") }
        guard isName else { return .checkpoint("one of its lines does not begin with a name") }
        return IntegrityError(
            .newerFormat,
            "a manifest's checkpoint has a line \(Array(name).visiblePath), which this version does not know: it was made by a newer version "
                + "of coffer, or is damaged"
        )
    }

    private func value(_ field: CheckpointText.Field) throws(IntegrityError) -> ArraySlice<UInt8> {
        guard let value = values[field]?.first else { throw .checkpoint("it has no line \(field.rawValue)") }
        return value
    }

    func toolVersion() throws(IntegrityError) -> String {
        let value = try value(.tool)
        let prefix = Array(CheckpointText.toolPrefix.utf8)
        guard value.starts(with: prefix), let version = String(validating: value.dropFirst(prefix.count), as: UTF8.self) else {
            throw .checkpoint("it was not made by a version of coffer")
        }
        return version
    }

    func time() throws(IntegrityError) -> CheckpointTime {
        guard let time = CheckpointTime(bytes: try value(.time)) else { throw .checkpoint("its time is not like 2026-11-28T14:00:00Z") }
        return time
    }

    func sequence() throws(IntegrityError) -> UInt64 {
        guard let sequence = NoteText.decimal(try value(.sequence)) else { throw .checkpoint("its sequence is not a number") }
        return sequence
    }

    func previous() throws(IntegrityError) -> TreeHash? {
        guard let value = values[.previous]?.first else { return nil }
        guard let root = CheckpointText.hash(base64: value) else { throw .checkpoint("its predecessor's root is not one") }
        return root
    }

    func subject() throws(IntegrityError) -> [UInt8] {
        guard let subject = NoteText.percentDecoded(try value(.subject)) else {
            throw .checkpoint("its subject is not percent-encoded as it has to be")
        }
        return subject
    }

    func options() throws(IntegrityError) -> ManifestOptions {
        guard let sealed = ManifestOptions.SealedFiles(rawValue: String(decoding: try value(.sealed), as: UTF8.self)) else {
            throw .checkpoint("its line sealed is neither ciphertext nor open")
        }
        var options = ManifestOptions(
            sealed: sealed, oneFileSystem: values[.oneFileSystem] != nil, filesOnly: values[.filesOnly] != nil)
        for name in values[.digest] ?? [] {
            guard let digest = DigestAlgorithm(rawValue: String(decoding: name, as: UTF8.self)) else {
                throw .checkpoint("it names a digest \(Array(name).visiblePath), which is not known")
            }
            options.digests.append(digest)
        }
        for pattern in values[.exclude] ?? [] {
            guard let pattern = NoteText.percentDecoded(pattern) else {
                throw .checkpoint("one of its exclusions is not percent-encoded as it has to be")
            }
            options.exclusions.append(pattern)
        }
        return options
    }
}

extension IntegrityError {
    fileprivate static func checkpoint(_ reason: String) -> IntegrityError {
        IntegrityError(.malformed, "the checkpoint of a manifest cannot be read: \(reason)")
    }
}
