import Findings
import KeyStore

enum ObjectCheck {
    static func findings(_ objects: ObjectFacts, at now: Timestamp, path: String) -> [Finding] {
        objects.buckets.flatMap(findings) + recovery(objects, path) + scrub(objects, path, at: now) + disk(objects, path)
    }

    private static func findings(_ bucket: ObjectFacts.Bucket) -> [Finding] {
        let resource = "bucket \(bucket.name)"
        var findings: [Finding] = []
        if bucket.versioning != .enabled {
            findings.append(
                PostureFinding.bucketUnversioned.finding(
                    resource, [("versioning", bucket.versioning.rawValue)], fix: "`coffer bucket versioning enable \(bucket.name)`"))
        } else if !bucket.hasMFADelete {
            findings.append(
                PostureFinding.bucketNoMFADelete.finding(
                    resource, fix: "`coffer bucket mfa-delete enable \(bucket.name)`, after `coffer mfa enroll --name NAME`"))
        }
        if !bucket.hasKey {
            let fix = "`coffer bucket default-key set \(bucket.name) KEY`, if it should be closed on its own"
            findings.append(PostureFinding.bucketNoKey.finding(resource, fix: fix))
        }
        return findings
    }

    private static func recovery(_ objects: ObjectFacts, _ path: String) -> [Finding] {
        guard !objects.hasRecoveryRecipient else { return [] }
        let fix = "`coffer store recovery set age1…`, of an identity that is kept off this machine; then `coffer store rewrap --all`"
        return [PostureFinding.noRecoveryRecipient.finding(path, fix: fix)]
    }

    private static func scrub(_ objects: ObjectFacts, _ path: String, at now: Timestamp) -> [Finding] {
        let fix = "`coffer store scrub`, or `coffer store scrub --budget 10m --resume` every night"
        guard let scrub = objects.scrub else {
            guard objects.versionCount > 0 else { return [] }
            return [PostureFinding.neverScrubbed.finding(path, [("versions", "\(objects.versionCount)")], fix: fix)]
        }
        var findings: [Finding] = []
        if scrub.damagedCount > 0 {
            findings.append(
                PostureFinding.scrubDamage.finding(
                    path, [("damaged", "\(scrub.damagedCount)")], fix: "`coffer store scrub` names them; restore them from another copy"))
        }
        let age = (scrub.finished ?? scrub.started).days(until: now)
        if age >= Limit.scrubAgeInDays {
            let end =
                scrub.finished == nil
                ? ("begun, not complete", "\(CountText.of(age, "day")) ago") : ("complete", "\(CountText.of(age, "day")) ago")
            findings.append(PostureFinding.scrubOld.finding(path, [end], fix: fix))
        }
        return findings
    }

    private static func disk(_ objects: ObjectFacts, _ path: String) -> [Finding] {
        guard !objects.isWritable else { return [] }
        let fix = "look at the disk, then `coffer store check`: one that finds no damage lets the store be written again"
        return [PostureFinding.storeReadOnly.finding(path, fix: fix)]
    }
}
