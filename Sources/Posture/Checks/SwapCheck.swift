import Findings

enum SwapCheck {
    static func findings(_ areas: Observation<[SwapArea]>) -> [Finding] {
        areas.findings(about: "swap") { areas in areas.flatMap(findings) }
    }

    private static func findings(_ area: SwapArea) -> [Finding] {
        area.disk.findings(about: "swap \(area.path)") { disk in
            switch disk.protection {
            case .encrypted, .memory: []
            case .plain: [PostureFinding.swapUnencrypted.finding(area.path, [("lies on", disk.place)], fix: fix(area.path))]
            case .unknown(let reason): [PostureFinding.notChecked.finding("swap \(area.path)", [("reason", reason)])]
            }
        }
    }

    private static func fix(_ path: String) -> String {
        "`swapoff \(path.shellWord)`, and swap through dm-crypt (option `swap` in /etc/crypttab), to zram, or not at all"
    }
}
