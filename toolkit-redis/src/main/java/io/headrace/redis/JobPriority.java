package io.headrace.redis;

/**
 * How urgent a job is. A consumer that has room takes all waiting jobs of a level before any of the next, so a steady flood
 * of urgent ones keeps the others waiting.
 */
public enum JobPriority {
    /** Before all others. */
    HIGH,
    /** The level of jobs that say nothing. */
    NORMAL,
    /** When nothing else waits. */
    LOW
}
