import LMDB
import Projection

/// What went wrong with the views, in kinds that a caller can act on.
public struct ViewsError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Category: Sendable {
        /// The caller asked to stop.
        case cancelled
        /// The policy cannot be used.
        case policy
        /// A stored line is not what the log would have accepted.
        case log
        /// The views hold what they should not, and could not be made again.
        case damaged
        /// The disk is full.
        case full
        /// Another process or thread holds them.
        case locked
        /// There is no such generation.
        case missing
        /// The live generation needs another program than this one.
        case program
        /// Reading or writing failed.
        case inputOutput
    }

    /// The kind of failure.
    public let category: Category
    /// What happened and what to do about it.
    public let description: String

    /// The views' own account of an error that one of their functions threw; nil where it is none of theirs.
    public init?(_ error: any Error) {
        switch error {
        case let error as ViewsError: self = error
        case is Cancelled: (category, description) = (.cancelled, "cancelled: nothing was changed")
        case let error as GenerationProblem:
            category =
                switch error.kind {
                case .missing: .missing
                case .busy: .locked
                case .program: .program
                }
            description = error.message
        case let error as FileFailure:
            (category, description) = (error.isDiskFull ? .full : .inputOutput, error.description)
        case let error as PolicyError: (category, description) = (.policy, error.description)
        case let error as NoPolicy: (category, description) = (.policy, error.description)
        case let error as ExtractionError: (category, description) = (.log, error.description)
        case let error as LaneDamage:
            (category, description) = (
                .damaged,
                "the views are damaged (\(error.what)); make them again: daybook views rebuild --from-log"
            )
        case let error as LMDBError: (category, description) = (Self.category(error.code), error.description)
        default: return nil
        }
    }

    private static func category(_ code: LMDBError.Code) -> Category {
        switch code {
        case .diskFull, .mapFull: .full
        case .alreadyOpen, .busy, .readersFull: .locked
        case .corrupted, .notAnEnvironment, .versionMismatch, .badRecords, .incompatible: .damaged
        default: .inputOutput
        }
    }
}
