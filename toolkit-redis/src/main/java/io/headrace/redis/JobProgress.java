package io.headrace.redis;

/**
 * How far the handler of a job says it is.
 *
 * @param done pieces of work that are done
 * @param total pieces of work there are
 */
public record JobProgress(long done, long total) {

    static JobProgress parse(String text) {
        int slash = text.indexOf('/');
        return new JobProgress(Long.parseLong(text.substring(0, slash)), Long.parseLong(text.substring(slash + 1)));
    }
}
