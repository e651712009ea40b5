import Testing

@testable import Posture

@Suite("The mount table")
struct MountTableTests {
    private let table = MountTable(
        """
        22 1 8:1 / / rw - ext4 /dev/sda1 rw
        30 22 253:1 / /home rw,relatime shared:2 master:3 - ext4 /dev/mapper/vg-home rw
        31 22 8:17 / /media/my\\040stick\\134 rw - vfat /dev/sdb1 rw
        32 22 8:33 / /home rw - xfs /dev/sdc1 rw
        no line of a mount table
        33 22 x:1 / /broken rw - xfs /dev/sdc1 rw
        """)

    @Test("lines are read with any number of optional fields, names without escapes, and nonsense is passed over")
    func parsing() {
        #expect(table.mounts.map(\.point) == ["/", "/home", "/media/my stick\\", "/home"])
        #expect(table.mounts[1].fileSystem == "ext4" && table.mounts[1].source == "/dev/mapper/vg-home")
        #expect(table.mounts[1].device == DeviceNumber(major: 253, minor: 1))
    }

    @Test(
        "a path lies on the lowest mount above it, and on the last of several at one place",
        arguments: [
            ("/home/ann/coffer", "/dev/sdc1"), ("/home", "/dev/sdc1"), ("/homes/ann", "/dev/sda1"), ("/srv", "/dev/sda1"),
            ("/media/my stick\\/key", "/dev/sdb1"),
        ])
    func lookup(path: String, source: String) {
        #expect(table.mount(of: path)?.source == source)
    }
}
