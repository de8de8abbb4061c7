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
}
