/// The sizes by which the lane is cut. Tests make them tiny, so that every boundary is met.
public struct LaneLayout: Sendable, Equatable {
    /// The most facts in one stored value. 1,023 facts are 65,472 bytes, which fill sixteen pages of 4,096
    /// bytes but for 48: LMDB's overflow pages hold 4,096 n - 16.
    public var factsPerChunk: Int
    /// How many facts of whole customers are gathered before the projectors are called.
    public var factsPerBatch: Int
    /// The shortest stretch of one segment that is handed to the projectors where it lies, uncopied.
    public var factsPerDirectStretch: Int
    /// How many facts a step of a merge moves before it commits.
    public var factsPerMergeStep: Int
    /// How many events are extracted before their facts are stored.
    public var eventsPerSegment: Int
    /// Below so many events another thread costs an extraction more than it saves.
    public var eventsPerWorker: Int
    /// A segment this many times as large as the one after it is left alone by merging.
    public var mergeRatio: Int
    /// How many bytes the measures of everybody may take at once.
    public var bytesOfMeasures: Int

    /// A layout.
    public init(
        factsPerChunk: Int, factsPerBatch: Int, factsPerDirectStretch: Int, factsPerMergeStep: Int,
        eventsPerSegment: Int, eventsPerWorker: Int, mergeRatio: Int,
        bytesOfMeasures: Int
    ) {
        precondition(
            factsPerChunk > 0 && factsPerBatch > 0 && factsPerMergeStep > 0 && eventsPerSegment > 0
                && eventsPerWorker > 0
                && mergeRatio > 1,
            "a lane layout needs positive sizes")
        self.factsPerChunk = factsPerChunk
        self.factsPerBatch = factsPerBatch
        self.factsPerDirectStretch = factsPerDirectStretch
        self.factsPerMergeStep = factsPerMergeStep
        self.eventsPerSegment = eventsPerSegment
        self.eventsPerWorker = eventsPerWorker
        self.mergeRatio = mergeRatio
        self.bytesOfMeasures = bytesOfMeasures
    }

    /// The sizes in use.
    public static let standard = LaneLayout(
        factsPerChunk: 1_023,
        factsPerBatch: 4_096,
        factsPerDirectStretch: 192,
        factsPerMergeStep: 32 * 1_023,
        eventsPerSegment: 262_144,
        eventsPerWorker: 4_096,
        mergeRatio: 4,
        bytesOfMeasures: 128 << 20)
}
