/** Whose content a clip can be. */
export const PLATFORMS = ['tiktok', 'instagram', 'youtube', 'x'] as const;

/** A platform that clips are published on. */
export type Platform = (typeof PLATFORMS)[number];

/** One piece of content: what makes two addresses the same clip. */
export interface ClipContent {
  readonly platform: Platform;
  /** The platform's own id of it, in its one spelling. */
  readonly content: string;
}
