import Findings

/// Coffer itself leaves no core dump once a store is to be opened. Other programs that see the same data do, if they are let.
enum CoreDumpCheck {
    static func findings(_ machine: MachineFacts) -> [Finding] {
        machine.coreDumps.findings(about: "core dumps", findings)
            + machine.privilegedCoreDumps.findings(about: "core dumps of programs with privileges") { value in
                // 1 is for debugging, 2 lets root alone read them (proc_sys_fs(5)).
                guard value == 1 else { return [] }
                return [
                    PostureFinding.coreDumpsPrivileged.finding(
                        CoreDumpFacts.privilegedPath, [("value", "1")], fix: "`sysctl fs.suid_dumpable=0`, and the same in /etc/sysctl.d")
                ]
            }
    }

    private static func findings(_ dumps: CoreDumpFacts) -> [Finding] {
        let evidence = [("core_pattern", dumps.pattern), ("limit", dumps.limit == .max ? "none" : "\(dumps.limit) bytes")]
        guard dumps.pattern.hasPrefix("|") else {
            guard dumps.limit > 0 else { return [] }
            let fix = "`ulimit -c 0`, and `* hard core 0` in /etc/security/limits.conf"
            return [PostureFinding.coreDumps.finding("core dumps", evidence, fix: fix)]
        }
        // The kernel heeds no limit where it gives a dump to a program (core(5)). This one does.
        if dumps.limit == 0, dumps.pattern.contains("systemd-coredump") { return [] }
        return [
            PostureFinding.coreDumpsPiped.finding(
                "core dumps", evidence, fix: "`sysctl kernel.core_pattern=core` with `ulimit -c 0`, or have the program keep nothing")
        ]
    }
}
