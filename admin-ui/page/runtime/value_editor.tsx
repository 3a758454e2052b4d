/**
 * The field for a value, by what the key wants: a switch, a slider with its number and denominator, a number, a choice, and
 * the raw text, which is always there. The text is the value: a control shows it and writes it only when it is moved, so
 * that what was typed stays letter by letter.
 */

import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { formsOf, hasForm, type RuntimeShape, wantedText } from "../../../src/admin/contract/runtime_check.ts";
import { meaningOfText, textRefusal } from "../../model/runtime/outlook.ts";
import { DENOMINATORS, shareOf, shareText, withDenominator, withNumerator } from "../../model/runtime/share.ts";
import { joined, numbers } from "../../text/units.ts";

interface EditorProps {
  readonly shape: RuntimeShape;
  readonly text: string;
  readonly isDisabled: boolean;
  readonly onText: (text: string) => void;
}

/** Control, raw text, what it means and why it would be refused. */
export function ValueEditor(props: EditorProps): JSX.Element {
  const { shape, text, isDisabled, onText } = props;
  const [isRaw, setRaw] = useState(false);
  const id = useId();
  const control = isRaw ? null : controlFor(props);
  const refusal = text === "" ? null : textRefusal(shape, text);
  return (
    <div class="value-editor">
      {control ?? (
        <label class="field">
          <span>Raw value</span>
          <textarea
            class="input raw"
            rows={text.includes("\n") ? 4 : 1}
            spellcheck={false}
            disabled={isDisabled}
            value={text}
            aria-invalid={refusal !== null}
            aria-describedby={id}
            onInput={(event) => onText(event.currentTarget.value)}
          />
        </label>
      )}
      <p id={id} class="value-words" aria-live="polite">
        {refusal !== null
          ? <span class="is-refused">{refusal.message}: wanted {refusal.expected}</span>
          : text === ""
          ? <span class="is-quiet">Wants {wantedText(shape)}</span>
          : <Meaning shape={shape} text={text} />}
      </p>
      {hasControl(shape) && (
        <button
          type="button"
          class="button is-quiet"
          aria-pressed={isRaw}
          onClick={() => setRaw(!isRaw)}
        >
          Raw
        </button>
      )}
    </div>
  );
}

function Meaning({ shape, text }: { shape: RuntimeShape; text: string }): JSX.Element {
  const ms = shape.unit === "ms" ? formsOf(text)?.uint : undefined;
  return (
    <>
      <b>{meaningOfText(shape, text)}</b>
      {ms !== undefined && ms >= 1000 && <>= {joined(numbers.duration(ms))}</>} <code class="raw-preview">{text}</code>
    </>
  );
}

function hasControl({ type, choices }: RuntimeShape): boolean {
  return type !== "text" || choices !== undefined;
}

/** Null = only the raw text can show this value. */
function controlFor({ shape, text, isDisabled, onText }: EditorProps): JSX.Element | null {
  const { type, choices } = shape;
  if (choices !== undefined) {
    const value = text.trim();
    if (value !== "" && !choices.some((choice) => choice.value === value)) return null;
    return (
      <label class="field">
        <span>Value</span>
        <select
          class="select"
          value={value}
          disabled={isDisabled}
          onChange={(event) => onText(event.currentTarget.value)}
        >
          {value === "" && <option value="">Choose…</option>}
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>{choice.value}: {choice.meaning}</option>
          ))}
        </select>
      </label>
    );
  }
  const forms = formsOf(text);
  if (text !== "" && (forms === null || !hasForm(type, forms))) return null;
  if (type === "bool") {
    const isOn = forms?.bool === true;
    return (
      <button
        type="button"
        role="switch"
        class="switch"
        aria-checked={isOn}
        aria-label="Value"
        disabled={isDisabled}
        onClick={() => onText(isOn ? "false" : "true")}
      >
        <span class="switch-knob" aria-hidden="true" />
        <span>{text === "" ? "Not set" : isOn ? "On" : "Off"}</span>
      </button>
    );
  }
  if (type === "percent" || type === "fraction") {
    return <ShareEditor shape={shape} text={text} isDisabled={isDisabled} onText={onText} />;
  }
  if (type !== "uint" && type !== "double") return null;
  return (
    <label class="field">
      <span>Value{shape.unit === undefined ? "" : `, ${shape.unit}`}</span>
      <input
        class="input"
        type="text"
        inputMode={type === "uint" ? "numeric" : "decimal"}
        disabled={isDisabled}
        value={text}
        onInput={(event) => onText(event.currentTarget.value)}
      />
    </label>
  );
}

function ShareEditor({ shape, text, isDisabled, onText }: EditorProps): JSX.Element {
  const share = shareOf(shape.type, text) ?? { numerator: 0, denominator: 100 };
  const move = (typed: number) => onText(shareText(withNumerator(share, typed)));
  return (
    <div class="share-editor">
      <input
        type="range"
        aria-label="Share"
        min="0"
        max={share.denominator}
        step="1"
        disabled={isDisabled}
        value={share.numerator}
        aria-valuetext={meaningOfText(shape, text === "" ? "0" : text)}
        onInput={(event) => move(event.currentTarget.valueAsNumber)}
      />
      <input
        class="input share-number"
        type="number"
        aria-label={`Share, out of ${share.denominator}`}
        min="0"
        max={share.denominator}
        disabled={isDisabled}
        value={text === "" ? "" : share.numerator}
        onInput={(event) => move(event.currentTarget.valueAsNumber)}
      />
      {shape.type === "percent" ? <span>%</span> : (
        <select
          class="select"
          aria-label="Denominator"
          value={share.denominator}
          disabled={isDisabled}
          onChange={(event) => onText(shareText(withDenominator(share, Number(event.currentTarget.value))))}
        >
          {DENOMINATORS.map(({ size, word }) => <option key={size} value={size}>{word}</option>)}
        </select>
      )}
    </div>
  );
}
