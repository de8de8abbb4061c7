// This module's first file follows with its owner's first commit.
