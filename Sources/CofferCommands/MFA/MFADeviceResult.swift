import AccessControl
import KeyStore

/// A device as people and programs see it.
struct MFADeviceResult: CommandResult {
    struct Members: Encodable {
        let algorithm: String
        let digits: Int
        let enableDate: String
        let failureCount: Int
        let isClockBehind: Bool
        let lastUsedDate: String
        let lockedForSeconds: Int
        let name: String
        let period: Int
        let serialNumber: String

        init(_ device: MFADevice) {
            algorithm = device.parameters.algorithm.rawValue
            digits = device.parameters.digits
            enableDate = device.creationDate.rfc3339
            failureCount = device.failureCount
            isClockBehind = device.isClockBehind
            lastUsedDate = device.lastUsed.rfc3339
            lockedForSeconds = device.lockedForSeconds
            name = device.name
            period = device.parameters.period
            serialNumber = device.serial
        }

        var state: String {
            if lockedForSeconds > 0 { return "locked for \((lockedForSeconds + 59) / 60) min" }
            if isClockBehind { return "this machine's clock was set back" }
            return failureCount == 0 ? "ok" : "\(failureCount) wrong"
        }
    }

    let device: Members

    init(_ device: MFADevice) { self.device = Members(device) }

    var text: String { device.serialNumber + "\n" }
}

/// Everything about second factors.
struct MFAListResult: CommandResult {
    let devices: [MFADeviceResult.Members]
    let protectsKeys: Bool
    let recoveryCodesLeft: Int

    var text: String {
        guard !devices.isEmpty else { return "" }
        let table = TableOutput(
            header: ["NAME", "SERIAL", "CODES", "ENROLLED", "LAST USED", "STATE"],
            rows: devices.map {
                [$0.name, $0.serialNumber, "\($0.algorithm) \($0.digits)/\($0.period)s", $0.enableDate, $0.lastUsedDate, $0.state]
            })
        return table.text + "\(recoveryCodesLeft) recovery codes left; keys are \(protectsKeys ? "" : "not ")protected\n"
    }
}
