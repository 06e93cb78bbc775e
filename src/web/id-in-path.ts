import { NotFoundException, type PipeTransform } from '@nestjs/common';

/** The number by which an address names one of many; at any other there is no page. */
export class IdInPath implements PipeTransform<string, number> {
  transform(text: string): number {
    if (!/^[1-9]\d{0,9}$/.test(text)) throw new NotFoundException();
    return Number(text);
  }
}
