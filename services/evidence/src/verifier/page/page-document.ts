/** What of a browser's document the page needs. The verifier runs where there is none as well. */
export interface PageDocument {
  getElementById(id: string): PageElement | null;
  readonly body: PageElement;
}

export interface PageElement {
  innerHTML: string;
  value: string;
  className: string;
  files: ArrayLike<PageFile> | null;
  focus(): void;
  addEventListener(type: string, listen: (event: PageEvent) => void): void;
}

export interface PageEvent {
  preventDefault(): void;
  readonly dataTransfer?: { readonly files: ArrayLike<PageFile> } | null;
}

export interface PageFile {
  readonly name: string;
  readonly size: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}
