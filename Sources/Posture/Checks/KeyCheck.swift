import Findings
import KeyStore

enum KeyCheck {
    static func findings(_ key: KeyFacts, at now: Timestamp) -> [Finding] {
        deletion(key, at: now) + expiry(key, at: now) + rotation(key, at: now)
    }

    private static func deletion(_ key: KeyFacts, at now: Timestamp) -> [Finding] {
        guard let date = key.deletionDate else { return [] }
        return [
            PostureFinding.keyPendingDeletion.finding(
                "key \(key.name)", [("key", key.id), ("deleted", "in \(CountText.of(now.days(until: date), "day"))")],
                fix: "`coffer key cancel-deletion \(key.name)`, unless it is meant")
        ]
    }

    private static func expiry(_ key: KeyFacts, at now: Timestamp) -> [Finding] {
        guard let date = key.validTo, now.days(until: date) < Limit.materialNoticeInDays else { return [] }
        let days = date <= now ? "now" : "in \(CountText.of(now.days(until: date), "day"))"
        return [
            PostureFinding.materialExpires.finding(
                "key \(key.name)", [("key", key.id), ("expires", days)],
                fix: "import the same material again, with a later end: `coffer key import file MATERIAL --key \(key.name)`")
        ]
    }

    private static func rotation(_ key: KeyFacts, at now: Timestamp) -> [Finding] {
        guard key.mattersRotation(at: now), let rotation = key.rotation else { return [] }
        let age = (rotation.latest ?? key.creationDate).days(until: now)
        let latest = rotation.latest == nil ? "never" : "\(CountText.of(age, "day")) ago"
        let evidence = [("key", key.id), ("rotated", latest), ("automatic rotation", rotation.isAutomatic ? "on" : "off")]
        let resource = "key \(key.name)"
        guard key.origin == .awsKMS else {
            guard age >= Limit.keyAgeInDays else { return [] }
            let fix = "import new material (`coffer key import file MATERIAL --key \(key.name)`), then `coffer key rotate \(key.name)`"
            return [PostureFinding.keyUnrotated.finding(resource, evidence, fix: fix)]
        }
        // A period may be longer than a year; it was chosen.
        guard !rotation.isAutomatic else { return [] }
        let enable = "`coffer key rotation enable \(key.name)`"
        guard age >= Limit.keyAgeInDays else { return [PostureFinding.keyRotationOff.finding(resource, evidence, fix: enable)] }
        return [PostureFinding.keyUnrotated.finding(resource, evidence, fix: "`coffer key rotate \(key.name)`, and \(enable)")]
    }
}
