/** What the verdict need not wait for, as one file: it comes when the first of it is wanted. */

import { KeyHelp } from "./part/key_help.tsx";
import { SearchDialog } from "./part/search_dialog.tsx";
import { Board } from "./part/overview_board.tsx";
import { Starter } from "./part/starter.tsx";

/** By name. */
export const FURTHER_PARTS = { Board, KeyHelp, SearchDialog, Starter } as const;
