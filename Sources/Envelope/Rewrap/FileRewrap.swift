import AgeFormat
import KeyStore
import SystemPackage

/// What has to be done for one file, found without changing anything.
struct PreparedRewrap: Sendable {
    enum Step: Sendable {
        case done(RewrapOutcome)
        case failed(EnvelopeError)
        case notASealedFile
        case replace(HeaderReplacement, StanzaDraft)
    }

    let file: LocatedFile
    let step: Step

    /// The header to write over the old one, if that is what has to be done.
    var change: HeaderReplacement? {
        guard case .replace(let replacement, _) = step, replacement.fits else { return nil }
        return replacement
    }
}

/// Rewraps single files: looks what has to be done, then does it.
struct FileRewrap: Sendable {
    let identities: [any Identity]
    let rewrite: StanzaRewrite
    let monitor: WorkMonitor
    let isDryRun: Bool

    /// Reads the header, opens it, and makes the new one.
    func prepare(_ file: LocatedFile) async -> PreparedRewrap {
        do throws(EnvelopeError) {
            return PreparedRewrap(file: file, step: try await step(file))
        } catch {
            return PreparedRewrap(file: file, step: error.code == .notASealedFile ? .notASealedFile : .failed(error))
        }
    }

    private func step(_ file: LocatedFile) async throws(EnvelopeError) -> PreparedRewrap.Step {
        try monitor.check()
        let name = file.path.string
        let held = try HeldFile.open(file, forWriting: !isDryRun)
        let header = try Self.header(of: held, monitor)
        let unlocked = try await header.unlock(by: identities, name: name)
        let draft = try await rewrite.draft(header, unlocked, name: name)
        guard draft.isChanged else { return .done(RewrapOutcome(.current, draft)) }
        let replacement = try HeaderReplacement(of: held, header, by: unlocked, stanzas: draft.stanzas)
        guard isDryRun else { return .replace(replacement, draft) }
        return .done(RewrapOutcome(.wouldRewrap(replacement.old.count == replacement.new.count ? .inPlace : .copied), draft))
    }

    private static func header(of held: HeldFile, _ monitor: WorkMonitor) throws(EnvelopeError) -> AgeHeader {
        let input = try OpenInput(.descriptor(held.descriptor, name: held.file.path.string), calls: held.calls)
        let front = try ReceivedHeader(from: input.reader(monitor), monitor)
        guard !front.isArmored else {
            throw EnvelopeError(
                .unsupportedFormat,
                "\(held.file.path): is in age's text form (armor), whose header cannot be replaced by itself: encrypt it again instead")
        }
        return front.header
    }

    /// Does what was prepared. Headers that are written over are in the journal by now.
    func apply(_ prepared: PreparedRewrap) -> AppliedRewrap {
        switch prepared.step {
        case .done(let outcome): AppliedRewrap(result: .success(outcome))
        case .failed(let error): AppliedRewrap(result: .failure(error))
        case .notASealedFile: AppliedRewrap(result: nil)
        case .replace(let replacement, let draft): apply(replacement, draft)
        }
    }

    private func apply(_ replacement: HeaderReplacement, _ draft: StanzaDraft) -> AppliedRewrap {
        guard replacement.fits else {
            do throws(EnvelopeError) {
                return AppliedRewrap(result: .success(RewrapOutcome(.rewrapped(try replacement.writeCopy(monitor)), draft)))
            } catch {
                return AppliedRewrap(result: .failure(error))
            }
        }
        do throws(InPlaceFailure) {
            try replacement.writeInPlace()
            return AppliedRewrap(result: .success(RewrapOutcome(.rewrapped(.inPlace), draft)))
        } catch {
            return AppliedRewrap(result: .failure(error.error), isTorn: error.isTorn)
        }
    }
}

struct AppliedRewrap: Sendable {
    /// Nil for a file that is not a sealed one.
    let result: Result<RewrapOutcome, EnvelopeError>?
    /// Whether only the journal has the whole header now.
    var isTorn = false
}
