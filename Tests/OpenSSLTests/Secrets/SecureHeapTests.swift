import Glibc
import OpenSSL
import Testing

@Suite("SecureHeap")
struct SecureHeapTests {
    @Test("it can be reserved again and again, from many threads")
    func idempotent() async throws {
        try SecureHeap.initialize()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { try SecureHeap.initialize() } }
            try await group.waitForAll()
        }
        #expect(Library.secureHeapUse() <= SecureHeap.byteCount)
    }

    @Test("where no memory can be locked there are no secrets, rather than secrets that can be swapped out")
    func notLockable() async {
        await #expect(processExitsWith: .success) {
            // Root may lock whatever the limit is, so the process becomes somebody else first.
            if geteuid() == 0 { precondition(setuid(65534) == 0) }
            var none = rlimit(rlim_cur: 0, rlim_max: 0)
            let lockedMemory = __rlimit_resource_t(8)  // RLIMIT_MEMLOCK, a macro with a cast
            precondition(setrlimit(lockedMemory, &none) == 0)
            let heap = try failure { try SecureHeap.initialize() }
            let secret = try failure { _ = try SecretBytes(random: 32) }
            precondition(heap == .outOfSecureMemory && secret == .outOfSecureMemory)
        }
    }

    @Test("a hardened process dumps no core and cannot be traced")
    func hardening() async {
        await #expect(processExitsWith: .success) {
            precondition(Library.isDumpable())
            try SecureHeap.hardenProcess()
            precondition(!Library.isDumpable())
            var limit = rlimit(rlim_cur: 1, rlim_max: 1)
            let coreSize = __rlimit_resource_t(4)  // RLIMIT_CORE
            precondition(getrlimit(coreSize, &limit) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0)
        }
    }
}
