/// What a lifecycle configuration means at a point in time.
public enum LifecycleRules {
    static let nanosecondsPerDay: Int64 = 86_400 * 1_000_000_000
}
