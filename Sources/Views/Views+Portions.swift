import CMalloc
import Projection

/// Measures of everybody are most of the memory that a fold takes: for many customers, views are folded in portions.
extension Views {
    /// Some views of a catalogue, divided so that the measures of everybody for one portion, with those of the views
    /// that it reads, take no more than `layout.bytesOfMeasures`; a view that takes more is a portion of its own.
    ///
    /// The views of earlier portions are read by later ones, as in the catalogue. Facts are folded once more for each
    /// further portion.
    func portions(
        of models: [RegisteredReadModel], in catalogue: [RegisteredReadModel], customers: Int
    ) -> [[RegisteredReadModel]] {
        var portions: [[RegisteredReadModel]] = []
        for model in models {
            let grown = (portions.last ?? []) + [model]
            let width = catalogue.closure(of: grown.map(\.name)).map(\.bytesOfMeasure).reduce(0, +)
            if !portions.isEmpty, width * customers <= layout.bytesOfMeasures {
                portions[portions.count - 1] = grown
            } else {
                portions.append([model])
            }
        }
        return portions
    }

    /// Does something with one portion after the other. What a portion held is given back to the system before the next
    /// one begins: the arrays of different portions differ in size, and would come to lie beside one another.
    func forEachPortion(
        _ portions: [[RegisteredReadModel]],
        _ body: (_ number: Int, _ portion: [RegisteredReadModel]) throws -> Void
    ) throws {
        for (number, portion) in portions.enumerated() {
            try body(number, portion)
            if portions.count > 1 { malloc_trim(0) }
        }
    }
}
