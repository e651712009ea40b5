import Findings
import KeyStore

enum ClockCheck {
    static func findings(_ isSynchronized: Observation<Bool>) -> [Finding] {
        isSynchronized.findings(about: "clock") { isSynchronized in
            let fix = "`timedatectl set-ntp true`, or run chrony or ntpd"
            return isSynchronized ? [] : [PostureFinding.clockUnsynchronized.finding("clock", fix: fix)]
        }
    }

    static func findings(_ newestEvent: Observation<Timestamp?>, at now: Timestamp) -> [Finding] {
        newestEvent.findings(about: "clock, beside the audit trail") { event in
            guard let event, event.seconds - now.seconds > Limit.clockStepInSeconds else { return [] }
            return [
                PostureFinding.clockBehind.finding(
                    "clock", [("behind by", "\(event.seconds - now.seconds) s")],
                    fix: "set the clock; if it was ahead once and is right now: `coffer key maintain --trust-clock`")
            ]
        }
    }
}
