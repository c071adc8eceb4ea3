package io.headrace.core.bulk;

/** An array as PostgreSQL reads it from text, {@code {1,NULL,"a b"}}; every element that could be anything else is quoted. */
final class ArrayLiteral {

    private final StringBuilder out;
    private final char delimiter;
    private final int start;

    ArrayLiteral(StringBuilder out, char delimiter) {
        this.out = out.append('{');
        this.delimiter = delimiter;
        this.start = out.length();
    }

    void addNull() {
        delimit();
        out.append("NULL");
    }

    void add(CharSequence element) {
        delimit();
        if (isPlain(element)) {
            out.append(element);
            return;
        }
        out.append('"');
        for (int i = 0; i < element.length(); i++) {
            char c = element.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\');
            }
            out.append(c);
        }
        out.append('"');
    }

    void end() {
        out.append('}');
    }

    @Override
    public String toString() {
        return out.toString();
    }

    private void delimit() {
        if (out.length() > start) {
            out.append(delimiter);
        }
    }

    /** Numbers, dates, identifiers of digits: nothing that could be read as NULL, a quote or a bracket. */
    private static boolean isPlain(CharSequence element) {
        if (element.length() == 0) {
            return false;
        }
        for (int i = 0; i < element.length(); i++) {
            char c = element.charAt(i);
            if ((c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c != ':') {
                return false;
            }
        }
        return true;
    }
}
