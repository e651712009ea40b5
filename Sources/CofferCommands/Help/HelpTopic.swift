/// What has to be known about a subject that no one command is about, on one screen each.
///
/// Each line has at most 80 columns. Commands and options stand in backticks or behind `$`; a test looks whether they exist.
enum HelpTopic: String, CaseIterable {
    case keys, recipients, mfa, recovery
    case exitCodes = "exit-codes"
    case threatModel = "threat-model"
    case formats

    var abstract: String {
        switch self {
        case .keys: "what a KEY is, who opens the store, how keys live and die"
        case .recipients: "for whom a file is sealed, and what opens it"
        case .mfa: "what needs a one-time code, and how it is given"
        case .recovery: "what brings back what was lost, and what that takes"
        case .exitCodes: "what a script may rely on"
        case .threatModel: "who is kept out, and who is not"
        case .formats: "what is written to disk, and what else can read it"
        }
    }

    var text: String {
        switch self {
        case .keys: Self.keysText
        case .recipients: Self.recipientsText
        case .mfa: Self.mfaText
        case .recovery: Self.recoveryText
        case .exitCodes: Self.exitCodesText
        case .threatModel: Self.threatModelText
        case .formats: Self.formatsText
        }
    }

    /// For the help of commands.
    static var list: String {
        let width = allCases.map(\.rawValue.count).max() ?? 0
        let lines = allCases.map { topic in
            "  \(topic.rawValue)\(String(repeating: " ", count: width - topic.rawValue.count + 2))\(topic.abstract)"
        }
        return "TOPICS of `coffer help TOPIC`\n" + lines.joined(separator: "\n")
    }
}

extension HelpTopic {
    private static let keysText = """
        KEYS

        A store is a folder of wrapped keys. Seals open it: a passphrase, a key file, a
        recovery identity; each alone is enough. What they open is the root key, which
        wraps KMS keys, which wrap one key for each file. Nobody ever sees any of them.

          $ coffer init                            a store; asks for a passphrase twice
          $ coffer seal add recovery:age1…         for the day when all else is gone
          $ coffer key create --alias backups

        A KEY on the command line is a key ID, a key ARN, an alias (`backups` or
        `alias/backups`) or an alias ARN.

        Rotating gives a key a new version; all older ones still open what they sealed.
        `coffer rewrap` brings files to the newest version without reading their data.

          $ coffer key rotate backups
          $ coffer rewrap --recursive /mnt/backups

        A disabled key opens nothing until it is enabled. A key is deleted 7 to 30 days
        after `coffer key schedule-deletion`, and `coffer key cancel-deletion` keeps it.
        Then everything under it is lost: first look at `coffer key last-used`.

        Whoever loses every seal has lost the keys. `coffer key backup` writes them to
        one sealed file, which `coffer key restore` reads in another store.

        More: `coffer key --help`, `coffer seal --help`, Docs/KeyManagement.md
        """

    private static let recipientsText = """
        RECIPIENTS

        A sealed file has recipients, each of which alone opens it. They may be mixed,
        but for a passphrase, which stands alone.

          sealed for                       by `coffer encrypt` with   opened with
          a key of the store               -k KEY                     the store
          somebody who uses age            -r age1…                   -i FILE
          an ssh key                       --ssh id_ed25519.pub       -i id_ed25519
          all those in a file              -R FILE                    one of theirs
          yourself, by your identities     -i FILE                    -i FILE
          whoever knows a passphrase       -p                         the passphrase

          $ coffer encrypt -k backups -r age1… db.dump
          $ coffer inspect db.dump.age             for whom it is sealed
          $ coffer rewrap --add-recipient age1… db.dump.age
          $ coffer rewrap --remove-recipient type:X25519 db.dump.age

        An age recipient leaves no name in the file: all of its kind are removed, and
        those that are to stay are added again. Whoever was removed and kept an old copy
        of the file, or of its header, can open that. `coffer rotate-data` encrypts the
        data anew, under another file key.

        `coffer identity new` makes what `age-keygen` makes. `age` and `rage` use keys
        of the store through age-plugin-coffer; `coffer key recipient` shows how.

        More: `coffer encrypt --help`, Docs/SealedFiles.md
        """

    private static let mfaText = """
        SECOND FACTORS

        A device, for example an app on a phone, shows codes that are good once and for
        about a minute. Once there is one, a code is needed to destroy something:

          scheduling the deletion of a key         unless `coffer mfa protect-keys off`
          in buckets with MFA delete on: deleting  `coffer bucket mfa-delete enable`
          versions, and all that would let them be
          deleted
          enrolling and removing devices

          $ coffer mfa enroll --name phone         a QR code; type two codes in a row
          $ coffer mfa list                        devices, locks, recovery codes left
          $ coffer key schedule-deletion old       asks for a code
          $ coffer key schedule-deletion old --mfa 'phone 123456'
          $ coffer mfa session --prefix backups/2026/ --versions 500 --minutes 10

        A code that was used is no secret, so it may stand on a command line. Ten wrong
        ones lock a device for a while. Recovery codes come with the first device and
        are shown once: each works once, wherever a code does.

        It keeps out mistakes, scripts, and whoever learned a passphrase. It does not
        keep whoever may write to the store's folder from removing files; that is found
        by `coffer store check`.

        More: `coffer mfa --help`, Docs/MFA.md
        """

    private static let recoveryText = """
        RECOVERY

        Each loss has a way back that has to be prepared:

          lost                       brought back by
          passphrase or key file     a recovery seal, `coffer seal add recovery:age1…`;
                                     then --store-identity FILE opens the store
          the keys                   `coffer key backup`; `coffer key restore` in a
                                     store that `coffer init` makes
          the keys, of objects       `coffer store recovery set age1…`: `age` opens
                                     what `coffer object export` or the disk has
          the phone                  a recovery code in the place of a code, or a
                                     second device

        One identity will do for the first three. It stays off this machine:

          $ coffer identity new -o recovery.txt
          $ coffer seal add "recovery:$(coffer identity public recovery.txt)"
          $ coffer key backup -o keys.age -r "$(coffer identity public recovery.txt)"

        Elsewhere, too, belong keys.age, written anew after each new key and each
        `coffer key rotate`; and copies of objects.sqlite and objects/ in the store's
        folder. Small objects, of up to 16 KiB, are in objects.sqlite alone.

        What was never tried is no backup. In an empty folder, as on another machine:

          $ coffer init --home trial
          $ coffer key restore --home trial keys.age --backup-identity recovery.txt
          $ coffer verify --home trial db.dump.age

        More: Docs/KeyManagement.md, Docs/Recipes
        """

    private static let exitCodesText = """
        EXIT CODES

        They are the same for all commands, and will stay what they are.

        \(ExitStatus.help)

        Of a run over many files, the worst counts: damaged data, then the environment,
        denied, not found, usage. Checks (`coffer tls scan`, `coffer manifest verify`,
        `coffer store check`, `coffer bag validate`) say 1 for findings as severe as
        `--fail-on`, and 5 for data that is damaged, whatever `--fail-on` says.

        Results are on stdout, everything else is on stderr. With `--json` the error is
        an object, too; its `code` is stable, its `message` is for people.

          $ coffer verify --json db.dump.age || echo "status $?"

        More: Docs/CLI.md
        """

    private static let threatModelText = """
        THREAT MODEL

          who has                          gets
          sealed files                     sizes, names of keys, contexts; no content
          the store's files                names, descriptions, tags, times, the audit
                                           trail; no key, and slow guesses at a
                                           passphrase
          write access to the store        can destroy it; a change is refused and named
          the passphrase, but no code      reads and writes; with MFA delete, no version
                                           is deleted by Coffer
          a hostile file to hand to you    an error
          your account, while a key file   everything that you have
          opens the store
          root, while a store is open      everything

        Not claimed: that rewrapping or removing a recipient revokes what somebody has
        copied; that a deleted key is gone from snapshots, backups and flash (it is
        wrapped there; `coffer seal rotate-root` is the second half); that a store that
        was put back as a whole is noticed without a note of it elsewhere; that sizes
        and traffic are hidden.

          $ coffer audit export -o trail --sign-with audit-key     keep trail.note
          $ coffer audit verify --note trail.note                  later
          $ coffer store check

        More: Docs/ThreatModel.md, which says why, and where each limit is.
        """

    private static let formatsText = """
        FORMATS

        Everything that is kept can be read without Coffer, or is documented with known
        answers, so that another program can be written that reads it.

          sealed files          age v1 (age-encryption.org/v1): `age` and `rage` open
                                them, those of the store's keys through
                                age-plugin-coffer
          objects               each is a sealed file; `coffer object export` gives it
                                out as one, for an offline recovery identity
          manifests             a table of files and hashes, and a signed note on it;
                                `coffer manifest export` writes lists for sha256sum
          bags                  BagIt, RFC 8493
          checksums             what sha256sum and its siblings write and read
          ciphertext blobs      of `coffer kms encrypt`: Docs/Formats/CiphertextBlob.md
          the store             SQLite, rows of authenticated records:
                                Docs/Formats/KeyCatalog.md, ObjectStore.md
          the audit trail       JSON lines in the form of CloudTrail's, in a chain;
                                `coffer audit export` gives out a signed copy
          findings, scans       JSON, SARIF, JUnit, HTML; Docs/Schemas/

          $ coffer inspect db.dump.age             what a sealed file says about itself
          $ age -d -i key.txt db.dump.age          without Coffer

        A store of an older version is brought up to date when it is opened, and one of
        a newer version is refused, with exit status 6.

        More: Docs/Formats/, Docs/Schemas/
        """
}
