import { NotFoundException, type PipeTransform } from '@nestjs/common';
import { parseRowId } from '../config/row-id';

/** The number by which an address names one of many; at any other there is no page. */
export class IdInPath implements PipeTransform<string, number> {
  transform(text: string): number {
    const id = parseRowId(text);
    if (id === null) throw new NotFoundException();
    return id;
  }
}
