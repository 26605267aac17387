package io.sigyn.logql.vector;

import io.sigyn.logql.range.Points;
import io.sigyn.model.Labels;

/** A series in the middle of a calculation. */
public record LabelledPoints(Labels labels, Points points) {}
