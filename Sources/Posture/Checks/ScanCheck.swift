import Findings
import KeyStore

enum ScanCheck {
    static func findings(_ scan: ScanFacts, at now: Timestamp) -> [Finding] {
        let age = scan.written.days(until: now)
        guard age >= Limit.scanAgeInDays else { return [] }
        return [
            PostureFinding.scanOld.finding(
                scan.path, [("written", "\(CountText.of(age, "day")) ago"), ("endpoints", "\(scan.endpointCount)")],
                fix: "`coffer tls scan --targets FILE --baseline \(scan.path.shellWord) --save \(scan.path.shellWord)`", path: scan.path)
        ]
    }
}
