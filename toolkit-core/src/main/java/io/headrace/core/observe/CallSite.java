package io.headrace.core.observe;

import java.security.CodeSource;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The line of the program that is calling us, found on the stack. Walks the stack: for what is slow anyway, or opt-in. */
public final class CallSite {

    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    // Deeper than any chain of operators between a program's line and us; a bound, not a guess at the usual depth.
    private static final int DEEPEST = 256;

    /** What runs between a program's line and a connection. */
    private static final List<String> LIBRARIES = List.of(
            "java.", "jdk.", "reactor.", "io.netty.", "io.r2dbc.", "org.springframework.", "org.jooq.", "kotlin.");

    /** One type of each module that may stand between a program and a connection; not all are on every class path. */
    private static final Set<CodeSource> OURS = Stream.of(
                    CallSite.class.getName(), "io.headrace.pool.Pool", "io.headrace.tx.Transactions")
            .map(CallSite::codeSourceOf)
            .filter(Objects::nonNull)
            .collect(Collectors.toUnmodifiableSet());

    private static final ClassValue<Boolean> OF_THE_PROGRAM = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return isOfTheProgram(type);
        }
    };

    private CallSite() {}

    /**
     * As {@code Class.method(File.java:41)}; null where only libraries are on the stack. Frames of Headrace, Reactor, R2DBC,
     * Netty, Spring and jOOQ are libraries'.
     */
    public static @Nullable String current() {
        return WALKER.walk(CallSite::firstOfTheProgram);
    }

    private static @Nullable String firstOfTheProgram(Stream<StackWalker.StackFrame> frames) {
        // A loop, and what is known of a type kept: transactions are often described where they run, each time anew.
        Iterator<StackWalker.StackFrame> each = frames.iterator();
        for (int depth = 0; depth < DEEPEST && each.hasNext(); depth++) {
            StackWalker.StackFrame frame = each.next();
            if (OF_THE_PROGRAM.get(frame.getDeclaringClass())) {
                return describe(frame);
            }
        }
        return null;
    }

    private static boolean isOfTheProgram(Class<?> type) {
        String name = type.getName();
        if (LIBRARIES.stream().anyMatch(name::startsWith)) {
            return false;
        }
        // By name and by place: a program may be packed into one jar with us, and our samples share our name.
        return !name.startsWith("io.headrace.") || !isOurs(type);
    }

    private static boolean isOurs(Class<?> type) {
        CodeSource place = type.getProtectionDomain().getCodeSource();
        return place == null || OURS.contains(place);
    }

    private static @Nullable CodeSource codeSourceOf(String type) {
        try {
            return Class.forName(type, false, CallSite.class.getClassLoader())
                    .getProtectionDomain()
                    .getCodeSource();
        } catch (ClassNotFoundException | LinkageError absent) {
            return null;
        }
    }

    private static String describe(StackWalker.StackFrame frame) {
        String type = frame.getClassName();
        String method = frame.getMethodName();
        if (method.startsWith("lambda$")) {
            method = method.substring("lambda$".length(), Math.max("lambda$".length(), method.lastIndexOf('$')));
        }
        return type.substring(type.lastIndexOf('.') + 1) + "." + method + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }
}
