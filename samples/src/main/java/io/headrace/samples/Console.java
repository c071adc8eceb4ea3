package io.headrace.samples;

import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;

/** The one place where samples write to the terminal. Safe for use by any thread that may block. */
public final class Console {

    private final PrintStream out;
    private final boolean terminal;

    private Console(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** The standard output of this program. */
    public static Console standard() {
        return new Console(System.out, isTerminal());
    }

    /** Any other stream, which is taken for a file: lines are never rewritten. */
    public static Console on(PrintStream out) {
        return new Console(out, false);
    }

    /** Writes one line. */
    public void line(String text) {
        out.println(text);
    }

    /** Writes one formatted line, with a point as the decimal mark everywhere. */
    public void line(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }

    /** Whether a line can be rewritten because a person is watching it. */
    public boolean canRewrite() {
        return terminal;
    }

    /** Writes over the current line; {@link #line} ends it. Only where {@link #canRewrite()}. */
    public void rewrite(String text) {
        out.print("\r" + text + "\u001b[K");
        out.flush();
    }

    /** From JDK 22 on there may be a console without a terminal, and a method that tells. */
    private static boolean isTerminal() {
        java.io.Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }
}
