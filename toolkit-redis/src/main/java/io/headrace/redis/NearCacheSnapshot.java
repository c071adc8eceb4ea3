package io.headrace.redis;

/**
 * Counters of the part of a {@link Cache} that lies in this process; all zero without one.
 *
 * @param tracking whether changes are heard of at present, so that values are kept and given
 * @param entries values that are kept, roughly
 * @param hits callers that were answered in this process; they are among {@link CacheSnapshot#hits()}
 * @param changes keys of which it was heard that they changed
 * @param flushes times at which all was thrown away: a new generation, or a connection that was lost
 */
public record NearCacheSnapshot(boolean tracking, long entries, long hits, long changes, long flushes) {

    /** Of a cache without that part. */
    static final NearCacheSnapshot NONE = new NearCacheSnapshot(false, 0, 0, 0, 0);
}
