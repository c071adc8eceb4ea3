package io.headrace.benchmarks.lookup;

/** A way to find a product that keeps the calling thread waiting. */
@FunctionalInterface
interface BlockingLookup {

    Product find(long id) throws Exception;
}
