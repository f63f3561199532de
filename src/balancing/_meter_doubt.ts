import {
  APPARENT,
  type CircuitMemory,
  type CircuitSample,
  type Measures,
  WATTS,
} from "./_meter_memory.ts";

/**
 * A meter whose transformers seem wrong is not believed, but what it shows is not thrown away either:
 * nobody knows which way its currents flow, so all of them count as drawn. That holds before and
 * after somebody has turned a transformer round, and together with the worst other load it can only
 * take room away.
 */
export function eitherWay(memory: CircuitMemory): CircuitMemory {
  const { samples } = memory;
  const known = turnedCourses.get(samples) ?? samples.map(turnedSample);
  turnedCourses.set(samples, known);
  return { ...memory, samples: known };
}

/** Several decisions are made of one sample, and the next course has all but one of the same samples. */
const turnedCourses = new WeakMap<readonly CircuitSample[], readonly CircuitSample[]>();
const turnedSamples = new WeakMap<CircuitSample, CircuitSample>();
/** A sample that was judged in the meantime shows what it showed. */
const turnedMeasures = new WeakMap<Measures, Measures>();

function turnedSample(sample: CircuitSample): CircuitSample {
  const known = turnedSamples.get(sample);
  if (known !== undefined) return known;
  const measures = turnedMeasures.get(sample.measures) ?? sizesOf(sample.measures);
  turnedMeasures.set(sample.measures, measures);
  const turned = { ...sample, measures };
  turnedSamples.set(sample, turned);
  return turned;
}

/** The power of lines that cancel out each other is not known: it is no more than volt-amperes. */
function sizesOf(measures: Measures): Measures {
  return measures.map((value, index) =>
    Math.abs(index === WATTS ? measures[APPARENT] ?? value : value)
  );
}
